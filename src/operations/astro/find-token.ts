import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenView} from '../../service/store/store.ts'
import type {AstroToken, TokenScope} from '../../vendors/astro/api.ts'
import {scopeOf} from '../../vendors/astro/embedded/astro-types.ts'
import {AGENT_KIND} from '../../vendors/astro/embedded/policy.ts'
import {commandFor, creationFor, describeEntity, ENTITY_WORDS, type TokenEntity} from './entity.ts'
import {tokenCalls} from './token-calls.ts'
import {verdictOnValue} from './token-of-value.ts'
import {isHere, ownerOf} from './token-result.ts'

const NAME_FLAG = '--name'

export interface FindOptions {
  /** Where to look. */
  entity: TokenEntity
  /** Only tokens that belong to this kind of entity. */
  scope?: TokenScope | undefined
  /** Only tokens that belong to this workspace. */
  ownerId?: string | undefined
  /** A token that is named by its id needs no role on the entity. */
  anywhere?: boolean
  /** Tokens of the entity itself alone are offered, and go before one of a wider scope that bears the same name. */
  ownFirst?: boolean
  id?: string | undefined
  name?: string | undefined
  /** The flag that takes the name, for the hints: `--name` unless it is given. */
  nameFlag?: string | undefined
  /** The value of the token itself. */
  secret?: string | undefined
  /** Ask which of several; absent where no question may be asked. */
  choose?: ((tokens: AstroToken[]) => Promise<AstroToken>) | undefined
}

/**
 * The token that a command is about: by id, by its value, by name, or asked for. USAGE when an id and a name are of different
 * tokens, nothing says which, or the value is not a token; NOT_FOUND when it has no role on this entity; CONFLICT, with the ids, for an ambiguous name.
 */
export async function findToken(runtime: Runtime, options: FindOptions): Promise<AstroToken> {
  const {name} = options
  const byValue = options.secret === undefined ? null : await tokenOfValue(runtime, options.secret, options.id)
  const id = byValue?.id ?? options.id
  if (id !== undefined) {
    const token = await findById(id, options).catch((err: unknown) => {
      if (byValue && err instanceof AppError && err.code === 'NOT_FOUND') throw elsewhere(byValue, options) ?? err
      throw err
    })
    if (name !== undefined && token.name !== name) {
      throw new AppError('USAGE', `API token ${id} is not named ${name}`, {hint: 'Give the id or the name, not both'})
    }
    return token
  }
  if (name !== undefined) return findByName(name, options)
  return chooseFromAll(options)
}

async function findById(id: string, options: FindOptions): Promise<AstroToken> {
  const {entity, scope, anywhere = false, nameFlag = NAME_FLAG} = options
  const token = await tokenCalls(entity)
    .get(id)
    .catch((err: unknown) => {
      if (err instanceof AppError && err.code === 'NOT_FOUND') return null
      throw err
    })
  if (token && (anywhere || isHere(token, entity)) && belongs(token, options)) return token
  throw new AppError('NOT_FOUND', `No ${kindOf(scope, entity)} ${id} in ${describeEntity(entity)}`, {
    hint: `See them with: ${commandFor(entity, 'list')}; to find one by its name: ${nameFlag}`,
  })
}

async function tokenOfValue(runtime: Runtime, secret: string, id: string | undefined): Promise<TokenView> {
  const verdict = await verdictOnValue(runtime, secret)
  // An expired token is still there: to renew it, or to delete it, is the point.
  if (!verdict.valid && verdict.reason !== 'expired') {
    throw new AppError('NOT_FOUND', `The value in the file is not that of a token here (${verdict.reason})`, {
      hint: 'See what it is with tokenry token verify and the same --token-file',
    })
  }
  const found = verdict.token
  if (!found || (id !== undefined && id !== found.id)) {
    throw new AppError('USAGE', `The value in the file is not that of API token ${id}`, {
      hint: 'Give the id or the file, not both',
    })
  }
  return found
}

/** Where other commands are about the token: which those are. */
function elsewhere({id, kind, scope}: TokenView, {entity, scope: wanted}: FindOptions): AppError | null {
  const {noun, title} = ENTITY_WORDS[scopeOf(scope)]
  if (kind === AGENT_KIND && !entity.agents) {
    return new AppError('NOT_FOUND', `The value in the file is that of agent token ${id}`, {
      hint: 'It can be deleted with tokenry deployment token delete --agent and the same --token-file',
    })
  }
  if (scope === (wanted ?? entity.scope)) return null
  return new AppError('NOT_FOUND', `The value in the file is that of ${title} API token ${id}`, {
    hint: `Use the commands of its ${noun}; see them with: tokenry ${noun} token --help`,
  })
}

async function findByName(name: string, options: FindOptions): Promise<AstroToken> {
  const {entity, scope, choose, ownFirst = false} = options
  const bearers = (await candidates(options)).filter((token) => token.name === name)
  const own = ownFirst ? bearers.filter((token) => token.scope === entity.scope) : []
  const named = own.length > 0 ? own : bearers
  const [first] = named
  if (!first) {
    throw new AppError('NOT_FOUND', `No ${kindOf(scope, entity)} named ${name} in ${describeEntity(entity)}`, {
      hint: `See them with: ${commandFor(entity, 'list')}`,
    })
  }
  if (named.length === 1) return first
  if (choose) return choose(named)
  const ids = named.map((token) => token.id).join(', ')
  throw new AppError('CONFLICT', `${named.length} API tokens are named ${name}: ${ids}`, {
    hint: 'Give the id of the one you mean instead of the name',
  })
}

async function chooseFromAll(options: FindOptions): Promise<AstroToken> {
  const {entity, scope, choose, ownFirst = false, nameFlag = NAME_FLAG} = options
  if (!choose) {
    throw new AppError('USAGE', 'Nothing says which API token', {
      hint: `Give its id, or its name with ${nameFlag}; see them with: ${commandFor(entity, 'list')}`,
    })
  }
  const all = await candidates(options)
  const tokens = ownFirst ? all.filter((token) => token.scope === entity.scope) : all
  if (tokens.length > 0) return choose(tokens)
  throw new AppError('NOT_FOUND', `There is no ${kindOf(scope, entity)} in ${describeEntity(entity)}`, {
    hint: `Make one with: ${creationFor(entity, scope)}`,
  })
}

async function candidates(options: FindOptions): Promise<AstroToken[]> {
  return (await tokenCalls(options.entity).list()).filter((token) => belongs(token, options))
}

function belongs(token: AstroToken, {scope, ownerId}: FindOptions): boolean {
  return (scope ?? token.scope) === token.scope && (ownerId === undefined || ownerOf(token).id === ownerId)
}

function kindOf(scope: TokenScope | undefined, {agents}: TokenEntity): string {
  if (agents) return 'agent token'
  return scope === undefined ? 'API token' : `${ENTITY_WORDS[scope].title} API token`
}
