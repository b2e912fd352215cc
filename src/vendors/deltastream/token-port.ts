import {AppError} from '../../errors/app-error.ts'
import type {TokenPort, TokenRecord} from '../token-port.ts'
import {type DeltaStreamApi, type ResultSet, type SessionPlaces, type StatementLimits, TOKEN_COLUMN} from './api.ts'
import type {DeltaStreamCapabilities, DeltaStreamTokenDetails, DetailedDeltaStreamToken} from './capabilities.ts'
import {readTokens} from './list-rows.ts'
import {readRows} from './rows.ts'
import {LIST_TOKENS, renderCreateToken, renderDropToken, renderRenewToken} from './sql/render.ts'
import {LOOK_HINT, requireSuccess} from './sql-errors.ts'

/** A DeltaStream token as operations use it. It has no id: its name is unique. */
export interface DeltaStreamTokenRecord extends TokenRecord, Omit<DeltaStreamTokenDetails, 'owner'> {
  id?: never
}

export interface NewDeltaStreamToken {
  name: string
  /** The role that the token acts with. */
  role: string
  /** Whole days, within DeltaStream's limits; undefined for its default. */
  expiresInDays?: number | undefined
}

export interface DeltaStreamTokenPort extends TokenPort<DeltaStreamTokenRecord, NewDeltaStreamToken> {
  /** As `list`, but TIMEOUT after this many milliseconds. */
  listWithin(timeoutMs: number): Promise<DeltaStreamTokenRecord[]>
}

/** A DeltaStream API, with what its implementation can do beyond it. */
export interface DeltaStreamConnection {
  api: DeltaStreamApi
  capabilities: Partial<DeltaStreamCapabilities>
  /** The places of each statement. */
  session: SessionPlaces
}

/**
 * Return the port to the tokens of the caller. The answers to CREATE and RENEW have no times: a
 * record of `mint` and `replace` has only what the caller knows.
 */
export function deltaStreamTokenPort({api, capabilities, session}: DeltaStreamConnection): DeltaStreamTokenPort {
  const run = async (statement: string, {mints = false, ...limits}: {mints?: boolean} & StatementLimits = {}) => {
    const result = await api.run({...session, statement}, limits)
    requireSuccess(result, {mints})
    return result
  }
  const list = async (limits: StatementLimits) => {
    const tokens: DetailedDeltaStreamToken[] = capabilities.listTokenDetails
      ? await capabilities.listTokenDetails()
      : readTokens(await run(LIST_TOKENS, limits))
    return tokens.toSorted(compareCreation).map(toTokenRecord)
  }
  return {
    list: () => list({}),
    listWithin: (timeoutMs) => list({timeoutMs}),
    async mint({name, role, expiresInDays}) {
      const statement = renderCreateToken({name, role, ...(expiresInDays === undefined ? {} : {expiresInDays})})
      return {secret: readSecret(await run(statement, {mints: true})), token: {name, role, kind: role}}
    },
    async replace({name, role}) {
      const secret = readSecret(await run(renderRenewToken(name), {mints: true}))
      return {secret, token: {name, ...(role === undefined ? {} : {role, kind: role})}}
    },
    async end({name}) {
      await run(renderDropToken(name))
    },
    ...portCapabilities(capabilities),
  }
}

function portCapabilities(can: Partial<DeltaStreamCapabilities>): Partial<DeltaStreamTokenPort> {
  const beginRenewal = can.beginRenewal?.bind(can)
  const dropUnused = can.dropUnusedToken?.bind(can)
  const listEnded = can.listEndedTokens?.bind(can)
  return {
    ...(beginRenewal && {
      // RENEW would also end a secret that is in grace, without a word.
      async replace({name}) {
        const {secret, finish} = await beginRenewal(name, {})
        return {secret, token: toTokenRecord(await finish())}
      },
      async replaceInSteps({name}, options) {
        const {secret, token, finish, undo} = await beginRenewal(name, options)
        return {secret, token: toTokenRecord(token), finish: async () => toTokenRecord(await finish()), undo}
      },
    }),
    ...(beginRenewal && can.graceMaxMs !== undefined && {graceMaxMs: can.graceMaxMs}),
    ...(dropUnused && {endUnused: ({name}, unusedForMs) => dropUnused(name, {unusedForMs})}),
    ...(listEnded && {
      listEnded: async () => (await listEnded()).map((token) => ({...toTokenRecord(token), endedAt: token.endedAt})),
    }),
  }
}

/** Return the secret of an answer. UNCERTAIN if it has none: the token may have a new one. */
function readSecret(result: ResultSet): string {
  const secret = readRows(result)[0]?.find(TOKEN_COLUMN)
  if (secret) return secret
  throw new AppError('UNCERTAIN', 'The answer of DeltaStream does not hold the new token', {hint: LOOK_HINT})
}

/** LIST is ordered by name. Tokens of one second keep that order. */
function compareCreation(a: {createdAt: string}, b: {createdAt: string}): number {
  return Date.parse(a.createdAt) - Date.parse(b.createdAt)
}

function toTokenRecord(token: DetailedDeltaStreamToken): DeltaStreamTokenRecord {
  const {name, createdAt, expiresAt, lastUsedAt, role} = token
  const {owner, fragment, createdBy, lastRotatedAt, graceUntil, unfinishedRotationAt} = token
  return {
    name,
    createdAt,
    expiresAt,
    lastUsedAt,
    ...(owner === undefined ? {} : {owner: {type: 'USER', id: owner}}),
    ...(role === undefined ? {} : {role, kind: role}),
    ...(fragment === undefined ? {} : {fragment}),
    ...(createdBy === undefined ? {} : {createdBy}),
    ...(lastRotatedAt === undefined ? {} : {lastRotatedAt}),
    ...(graceUntil === undefined ? {} : {graceUntil}),
    ...(unfinishedRotationAt === undefined ? {} : {unfinishedRotationAt}),
  }
}
