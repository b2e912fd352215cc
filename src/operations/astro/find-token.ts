import {AppError} from '../../errors/app-error.ts'
import {capitalise} from '../../lib/capitalise.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import type {AstroSecretFinding} from '../../vendors/astro/capabilities.ts'
import {type AstroTokenRecord, findOwner} from '../../vendors/astro/token-port.ts'
import {isNotFound} from '../ignore-gone.ts'
import {type ChooseToken, chooseNamed} from '../tokens/choose-token.ts'
import {hintAtState} from '../tokens/find-by-secret.ts'
import {creationFor, describeEntity, type TokenEntity} from './entity.ts'
import {ENTITY_WORDS} from './entity-words.ts'

const NAME_FLAG = '--name'

export interface FindOptions {
  /** The entity to search. */
  entity: TokenEntity
  /** Only tokens that belong to this kind of entity. */
  scope?: TokenScope | undefined
  /** Only tokens that belong to this workspace. */
  ownerId?: string | undefined
  /** Accept a token without a role on the entity, if its id is given. A name must have one. */
  anywhere?: boolean
  /**
   * Offer only tokens of the entity itself. They also take precedence over a token of a wider scope
   * with the same name.
   */
  ownFirst?: boolean
  /** The argument: an id or, if no token has it, a name. */
  idOrName?: string | undefined
  /** From a flag that takes only a name. */
  name?: string | undefined
  /** The flag for the name, for the hints. Default: `--name`. */
  nameFlag?: string | undefined
  /** What a command can do with an agent token, for the hints. Default: `delete`. */
  agentVerb?: 'get' | 'delete'
  /** Ask a person to choose one of several. Absent if no question may be asked. */
  choose?: ChooseToken<AstroTokenRecord>
}

/**
 * Find the token that a command is about: by secret, by id, by name, or by a question.
 *
 * @throws AppError USAGE if an id and a name belong to different tokens, or if no token is named.
 * NOT_FOUND if the token has no role on this entity; with `details.gone` if that is certain. It is
 * not for a file with the secret of a token elsewhere, an entity that was not seen, or a list that
 * changed while it was read. CONFLICT, with the ids, for an ambiguous name.
 */
export async function findToken(options: FindOptions): Promise<AstroTokenRecord> {
  const {name, idOrName, entity} = options
  if (entity.namedBySecret) {
    const token = await findBySecret(requireFound(entity.namedBySecret, options), options)
    return requireSame(token, options)
  }
  if (idOrName !== undefined) return requireSame(await findByIdOrName(idOrName, options), options)
  if (name !== undefined) return findByName(name, options)
  return chooseFromAll(options)
}

async function findBySecret(secret: FoundToken, options: FindOptions): Promise<AstroTokenRecord> {
  const {token, cause} = await readToken(secret.id, options)
  if (token && isWanted(token, options)) return token
  // An argument or a name that is given too may belong to a token that is there.
  const isOnlyOne = options.name === undefined && [undefined, secret.id].includes(options.idOrName)
  const isGone = isOnlyOne && isNowhere(token, options.entity)
  throw elsewhere(secret, options) ?? noToken(secret.id, options, {cause, isGone})
}

/** An id takes precedence over a name. A name costs one more request. */
async function findByIdOrName(wanted: string, options: FindOptions): Promise<AstroTokenRecord> {
  const {token, cause} = await readToken(wanted, options)
  if (token && isWanted(token, options)) return token
  const named = await findNamed(wanted, options)
  if (named.token) return named.token
  throw noToken(wanted, options, {cause, isGone: named.isStable})
}

/** Throw USAGE if an argument or a name that is given too belongs to another token. */
function requireSame(token: AstroTokenRecord, {idOrName, name}: FindOptions): AstroTokenRecord {
  if (idOrName !== undefined && token.id !== idOrName && token.name !== idOrName) throw notInFile(idOrName)
  if (name === undefined || token.name === name) return token
  throw new AppError('USAGE', `API token ${idOrName ?? token.id} is not named ${name}`, {
    hint: 'Give the id or the name, not both',
  })
}

function notInFile(idOrName: string): AppError {
  return new AppError('USAGE', `The file does not hold the secret of API token ${idOrName}`, {
    hint: 'Give the id or the file, not both',
  })
}

/** Return the token with this id. Null, with the cause, if the vendor has none. */
async function readToken(
  id: string,
  {entity}: FindOptions,
): Promise<{token: AstroTokenRecord | null; cause?: unknown}> {
  try {
    return {token: await entity.port.get(id)}
  } catch (cause) {
    // A vendor may refuse a name where it expects an id.
    if (!isNotFound(cause) && !(cause instanceof AppError && cause.code === 'INVALID')) throw cause
    return {token: null, cause}
  }
}

function isWanted(token: AstroTokenRecord, options: FindOptions): boolean {
  return (options.anywhere === true || options.entity.port.isHere(token)) && belongs(token, options)
}

function noToken(
  wanted: string,
  {entity, scope}: FindOptions,
  {cause, isGone}: {cause: unknown; isGone: boolean},
): AppError {
  return new AppError('NOT_FOUND', `No ${nounFor(scope, entity)} ${wanted} in ${describeEntity(entity)}`, {
    cause,
    hint: capitalise(hintAtList(entity)),
    ...(entity.isSeen && isGone ? {gone: {wanted}} : {}),
  })
}

/** If the entity was not seen, its id may be the wrong one. */
function hintAtList({scope, isSeen, target, words}: TokenEntity): string {
  const {flag, noun} = ENTITY_WORDS[scope]
  const check = isSeen ? '' : `check ${flag} too, because you may not list the ${noun}s of ${target.where}; `
  return `${check}see them with: ${words.command('list')}`
}

/**
 * Return whether a token that this entity does not have is gone, as far as can be seen. One that
 * was found by its secret is not: it is in another place, unless it was deleted since.
 */
function isNowhere(token: AstroTokenRecord | null, {id, target, port, namedBySecret}: TokenEntity): boolean {
  const found = namedBySecret?.token
  if (!found) return true
  if (token || found.organizationId !== target.organizationId) return false
  return port.holdsRoles || (found.isAgent && found.ownerId === id)
}

type FoundToken = NonNullable<AstroSecretFinding['token']>

function requireFound(finding: AstroSecretFinding, options: FindOptions): FoundToken {
  const {state, token} = finding
  const {idOrName, entity} = options
  const {verifyCommand} = entity.target
  // An expired token still exists. Rotating or deleting it is a normal use of these commands.
  if (state !== 'valid' && state !== 'expired') {
    throw new AppError('NOT_FOUND', `The file does not hold the secret of a token here (${state})`, {
      hint: hintAtState(
        state,
        verifyCommand
          ? `Check it with ${verifyCommand} and the same --token-file`
          : `See the tokens with: ${entity.words.command('list')}`,
      ),
      ...(isGone(finding, options) ? {gone: {wanted: token?.id ?? null}} : {}),
    })
  }
  if (!token) throw notInFile(idOrName ?? '')
  return token
}

/**
 * Return whether the token of this secret, which does not work, is gone. If it was only rotated, it
 * is not. If an id or a name is given too, they may belong to a token that is not gone.
 */
function isGone(
  {state, token, claimedOrganizationId}: AstroSecretFinding,
  {idOrName, name, entity}: FindOptions,
): boolean {
  if (!entity.isSeen || name !== undefined || (idOrName !== undefined && idOrName !== token?.id)) return false
  if (token) return token.isDeleted
  // A secret of another organization may work there.
  const {organizationId} = entity.target
  return state === 'unknown' && (claimedOrganizationId ?? organizationId) === organizationId
}

const AGENT_HINTS = {
  get: 'Show it with: tokenry deployment token get --agent --token-file FILE',
  delete: 'Delete it with: tokenry deployment token delete --agent --token-file FILE',
}

/** Return NOT_FOUND with the right commands if other commands manage this token; otherwise null. */
function elsewhere(
  {id, isAgent, scope}: FoundToken,
  {entity, scope: wanted, agentVerb = 'delete'}: FindOptions,
): AppError | null {
  const {noun, title} = ENTITY_WORDS[scope]
  const {revokeCommand} = entity.target
  const orRevoke = revokeCommand === undefined ? '' : `; or end it with: ${revokeCommand}`
  if (isAgent && entity.port.holdsRoles) {
    return new AppError('NOT_FOUND', `The file holds the secret of agent token ${id}`, {
      hint: AGENT_HINTS[agentVerb] + orRevoke,
    })
  }
  if (scope === (wanted ?? entity.scope)) return null
  return new AppError('NOT_FOUND', `The file holds the secret of ${title} API token ${id}`, {
    hint: `Use the commands of its ${noun}; see them with: tokenry ${noun} token --help${orRevoke}`,
  })
}

/**
 * Return the token with this name; null if there is none, with `isStable: false` if the list
 * changed while it was read. CONFLICT, with the ids, if several have the name and no question may
 * be asked.
 */
async function findNamed(
  name: string,
  options: FindOptions,
): Promise<{token: AstroTokenRecord | null; isStable: boolean}> {
  const {entity, choose, ownFirst = false} = options
  const {tokens, isStable} = await readCandidates(options)
  const named = tokens.filter((token) => token.name === name)
  const own = ownFirst ? named.filter((token) => token.scope === entity.scope) : []
  const token = await chooseNamed(own.length > 0 ? own : named, name, {noun: entity.words.noun, choose})
  return {token, isStable}
}

async function findByName(name: string, options: FindOptions): Promise<AstroTokenRecord> {
  const {entity, scope} = options
  const {token, isStable} = await findNamed(name, options)
  if (token) return token
  throw new AppError('NOT_FOUND', `No ${nounFor(scope, entity)} named ${name} in ${describeEntity(entity)}`, {
    hint: capitalise(hintAtList(entity)),
    ...(entity.isSeen && isStable ? {gone: {wanted: name}} : {}),
  })
}

async function chooseFromAll(options: FindOptions): Promise<AstroTokenRecord> {
  const {entity, scope, choose, ownFirst = false, nameFlag = NAME_FLAG} = options
  if (!choose) {
    throw new AppError('USAGE', 'No API token is named', {
      hint: `Give its id, or its name with ${nameFlag}; see them with: ${entity.words.command('list')}`,
    })
  }
  const {tokens: all} = await readCandidates(options)
  const tokens = ownFirst ? all.filter((token) => token.scope === entity.scope) : all
  if (tokens.length > 0) return choose(tokens)
  throw new AppError('NOT_FOUND', `There is no ${nounFor(scope, entity)} in ${describeEntity(entity)}`, {
    hint: `Create one with: ${creationFor(entity, scope)}`,
  })
}

async function readCandidates(options: FindOptions): Promise<{tokens: AstroTokenRecord[]; isStable: boolean}> {
  let isStable = true
  const onUnstable = () => {
    isStable = false
  }
  const listed = await options.entity.port.list({onUnstable})
  return {tokens: listed.filter((token) => belongs(token, options)), isStable}
}

function belongs(token: AstroTokenRecord, {scope, ownerId}: FindOptions): boolean {
  return (scope ?? token.scope) === token.scope && (ownerId === undefined || findOwner(token).id === ownerId)
}

function nounFor(scope: TokenScope | undefined, {words, port}: TokenEntity): string {
  return scope === undefined || !port.holdsRoles ? words.noun : `${ENTITY_WORDS[scope].title} ${words.noun}`
}
