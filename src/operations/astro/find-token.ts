import {AppError} from '../../errors/app-error.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import type {AstroSecretFinding} from '../../vendors/astro/capabilities.ts'
import {type AstroTokenRecord, findOwner} from '../../vendors/astro/token-port.ts'
import {type ChooseToken, chooseNamed} from '../tokens/choose-token.ts'
import {creationFor, describeEntity, type TokenEntity} from './entity.ts'
import {ENTITY_WORDS} from './entity-words.ts'

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
  /** Where no token has the id, it is taken for a name. */
  idOrName?: boolean
  name?: string | undefined
  /** The flag that takes the name, for the hints: `--name` unless it is given. */
  nameFlag?: string | undefined
  /** What a command can do with an agent token, for the hints: `delete` unless it is given. */
  agentVerb?: 'get' | 'delete'
  /** Ask which of several; absent where no question may be asked. */
  choose?: ChooseToken<AstroTokenRecord>
}

/**
 * Find the token that a command is about: by id, by its secret, by name, or by a question. USAGE if an id and a name are of
 * different tokens or nothing says which; NOT_FOUND if it has no role on this entity; CONFLICT, with the ids, for an ambiguous name.
 */
export async function findToken(options: FindOptions): Promise<AstroTokenRecord> {
  const {name, entity} = options
  const bySecret = entity.namedBySecret ? requireFound(entity.namedBySecret, options.id) : null
  const id = bySecret?.id ?? options.id
  if (id !== undefined) {
    const token = await findById(id, options).catch(async (err: unknown) => {
      if (!(err instanceof AppError) || err.code !== 'NOT_FOUND') throw err
      if (bySecret) throw elsewhere(bySecret, options) ?? err
      const named = options.idOrName && name === undefined ? await findNamed(id, options) : null
      if (named) return named
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

async function findById(id: string, options: FindOptions): Promise<AstroTokenRecord> {
  const {entity, scope, anywhere = false, nameFlag = NAME_FLAG} = options
  const token = await entity.port.get(id).catch((err: unknown) => {
    if (err instanceof AppError && err.code === 'NOT_FOUND') return null
    throw err
  })
  if (token && (anywhere || entity.port.isHere(token)) && belongs(token, options)) return token
  throw new AppError('NOT_FOUND', `No ${nounFor(scope, entity)} ${id} in ${describeEntity(entity)}`, {
    hint: options.idOrName
      ? `See them with: ${entity.words.command('list')}`
      : `To find one by its name: ${nameFlag}; see them with: ${entity.words.command('list')}`,
  })
}

type FoundToken = NonNullable<AstroSecretFinding['token']>

function requireFound({state, token}: AstroSecretFinding, id: string | undefined): FoundToken {
  // An expired token is still there: to renew it, or to delete it, is the point.
  if (state !== 'valid' && state !== 'expired') {
    throw new AppError('NOT_FOUND', `The value in the file is not that of a token here (${state})`, {
      hint: 'See what it is with tokenry token verify and the same --token-file',
    })
  }
  if (!token || (id !== undefined && id !== token.id)) {
    throw new AppError('USAGE', `The value in the file is not that of API token ${id}`, {
      hint: 'Give the id or the file, not both',
    })
  }
  return token
}

const AGENT_HINTS = {
  get: 'It can be shown with tokenry deployment token get --agent and the same --token-file',
  delete: 'It can be deleted with tokenry deployment token delete --agent and the same --token-file',
}

/** Where other commands are about the token: which those are. */
function elsewhere(
  {id, isAgent, scope}: FoundToken,
  {entity, scope: wanted, agentVerb = 'delete'}: FindOptions,
): AppError | null {
  const {noun, title} = ENTITY_WORDS[scope]
  if (isAgent && entity.port.holdsRoles) {
    return new AppError('NOT_FOUND', `The value in the file is that of agent token ${id}`, {
      hint: AGENT_HINTS[agentVerb],
    })
  }
  if (scope === (wanted ?? entity.scope)) return null
  return new AppError('NOT_FOUND', `The value in the file is that of ${title} API token ${id}`, {
    hint: `Use the commands of its ${noun}; see them with: tokenry ${noun} token --help`,
  })
}

/** Null if none has the name; CONFLICT, with the ids, if several have it and no question may be asked. */
async function findNamed(name: string, options: FindOptions): Promise<AstroTokenRecord | null> {
  const {entity, choose, ownFirst = false} = options
  const named = (await candidates(options)).filter((token) => token.name === name)
  const own = ownFirst ? named.filter((token) => token.scope === entity.scope) : []
  return chooseNamed(own.length > 0 ? own : named, name, {noun: entity.words.noun, choose})
}

async function findByName(name: string, options: FindOptions): Promise<AstroTokenRecord> {
  const {entity, scope} = options
  const found = await findNamed(name, options)
  if (found) return found
  throw new AppError('NOT_FOUND', `No ${nounFor(scope, entity)} named ${name} in ${describeEntity(entity)}`, {
    hint: `See them with: ${entity.words.command('list')}`,
  })
}

async function chooseFromAll(options: FindOptions): Promise<AstroTokenRecord> {
  const {entity, scope, choose, ownFirst = false, nameFlag = NAME_FLAG} = options
  if (!choose) {
    throw new AppError('USAGE', 'Nothing says which API token', {
      hint: `Give its id, or its name with ${nameFlag}; see them with: ${entity.words.command('list')}`,
    })
  }
  const all = await candidates(options)
  const tokens = ownFirst ? all.filter((token) => token.scope === entity.scope) : all
  if (tokens.length > 0) return choose(tokens)
  throw new AppError('NOT_FOUND', `There is no ${nounFor(scope, entity)} in ${describeEntity(entity)}`, {
    hint: `Make one with: ${creationFor(entity, scope)}`,
  })
}

async function candidates(options: FindOptions): Promise<AstroTokenRecord[]> {
  return (await options.entity.port.list()).filter((token) => belongs(token, options))
}

function belongs(token: AstroTokenRecord, {scope, ownerId}: FindOptions): boolean {
  return (scope ?? token.scope) === token.scope && (ownerId === undefined || findOwner(token).id === ownerId)
}

function nounFor(scope: TokenScope | undefined, {words, port}: TokenEntity): string {
  return scope === undefined || !port.holdsRoles ? words.noun : `${ENTITY_WORDS[scope].title} ${words.noun}`
}
