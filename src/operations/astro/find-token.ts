import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime.ts'
import type {AstroToken} from '../../vendors/astro/api.ts'
import {readTokens} from './list-tokens.ts'
import type {DeploymentEntity} from './open-deployment.ts'
import {roleOn} from './token-result.ts'

export interface FindOptions {
  entity: DeploymentEntity
  id?: string | undefined
  name?: string | undefined
  /** The value of the token itself. */
  secret?: string | undefined
  /** Ask which of several; absent where no question may be asked. */
  choose?: ((tokens: AstroToken[]) => Promise<AstroToken>) | undefined
}

/**
 * The token that a command is about: by id, by its value, by name, or asked for. USAGE when an id and a name are of different
 * tokens or nothing says which; NOT_FOUND when it has no role on this deployment; CONFLICT, with the ids, for an ambiguous name.
 */
export async function findToken(runtime: Runtime, options: FindOptions): Promise<AstroToken> {
  const {entity, name} = options
  const id = options.secret === undefined ? options.id : await idOfValue(runtime, options.secret, options.id)
  if (id !== undefined) {
    const token = await getToken(entity, id)
    if (name !== undefined && token.name !== name) {
      throw new AppError('USAGE', `API token ${id} is not named ${name}`, {hint: 'Give the id or the name, not both'})
    }
    return token
  }
  if (name !== undefined) return findByName(name, options)
  return chooseFromAll(options)
}

async function getToken(entity: DeploymentEntity, id: string): Promise<AstroToken> {
  const {api, organizationId} = entity.target
  const token = await api.getToken(organizationId, id).catch((err: unknown) => {
    if (err instanceof AppError && err.code === 'NOT_FOUND') return null
    throw err
  })
  if (token && roleOn(token, entity)) return token
  throw new AppError('NOT_FOUND', `No API token ${id} in deployment ${entity.name} (${entity.id})`, {
    hint: `See them with: tokenry deployment token list --deployment-id ${entity.id}; to find one by its name: --name`,
  })
}

async function idOfValue(runtime: Runtime, secret: string, id: string | undefined): Promise<string> {
  const {service} = await runtime.openService()
  const verdict = await service.verify(secret)
  // An expired token is still there: to renew it, or to delete it, is the point.
  if (!verdict.valid && verdict.reason !== 'expired') {
    throw new AppError('NOT_FOUND', `The value in the file is not that of a token here (${verdict.reason})`, {
      hint: 'See what it is with: tokenry token verify --token-file FILE',
    })
  }
  const found = verdict.token?.id
  if (found === undefined || (id !== undefined && id !== found)) {
    throw new AppError('USAGE', `The value in the file is not that of API token ${id}`, {
      hint: 'Give the id or the file, not both',
    })
  }
  return found
}

async function findByName(name: string, {entity, choose}: FindOptions): Promise<AstroToken> {
  const named = (await readTokens(entity)).filter((token) => token.name === name)
  const [first] = named
  if (!first) {
    throw new AppError('NOT_FOUND', `No API token named ${name} in deployment ${entity.name} (${entity.id})`, {
      hint: `See them with: tokenry deployment token list --deployment-id ${entity.id}`,
    })
  }
  if (named.length === 1) return first
  if (choose) return choose(named)
  const ids = named.map((token) => token.id).join(', ')
  throw new AppError('CONFLICT', `${named.length} API tokens are named ${name}: ${ids}`, {
    hint: 'Give the id of the one you mean instead of the name',
  })
}

async function chooseFromAll({entity, choose}: FindOptions): Promise<AstroToken> {
  if (!choose) {
    throw new AppError('USAGE', 'Nothing says which API token', {
      hint: `Give its id, --name or --token-file; see them with: tokenry deployment token list --deployment-id ${entity.id}`,
    })
  }
  const tokens = await readTokens(entity)
  if (tokens.length > 0) return choose(tokens)
  throw new AppError('NOT_FOUND', `Deployment ${entity.name} (${entity.id}) has no API token`, {
    hint: `Make one with: tokenry deployment token create --deployment-id ${entity.id}`,
  })
}
