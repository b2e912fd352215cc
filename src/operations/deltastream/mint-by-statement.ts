import {AppError} from '../../errors/app-error.ts'
import {shellName} from '../../lib/shell-path.ts'
import {type SessionPlaces, TOKEN_COLUMN} from '../../vendors/deltastream/api.ts'
import {renderDropToken} from '../../vendors/deltastream/sql/render.ts'
import {scanSql} from '../../vendors/deltastream/sql/scan-sql.ts'
import {isNotFound} from '../ignore-gone.ts'
import type {Deliver} from '../tokens/deliver.ts'
import {explainUndelivered} from '../tokens/undelivered.ts'
import {wordUncertain} from '../tokens/word-uncertain.ts'
import type {SqlSession} from './sql-session.ts'
import type {StatementResult} from './statement-result.ts'
import {MISSING_TOKEN} from './tokens.ts'

/** A secret in the result of a statement. */
export interface MintedByStatement {
  secret: string
  result: StatementResult
  /** The name of the token; null if the result does not have it. */
  name: string | null
  /** Whether the token is new. Otherwise its old secret has ended. */
  isNew: boolean
  /** Where the statement ran. The role there may drop the token, another one may not. */
  places: SessionPlaces
}

export interface MintByStatementOptions {
  /** CREATE API_TOKEN or ALTER API_TOKEN. */
  statement: string
  deliver(minted: MintedByStatement, deliver: Parameters<Deliver<object>>[2]): Promise<void>
  /** Whether to deliver the secret of a new token even if a signal came. */
  evenAfterSignal: boolean
}

/**
 * Run a statement that mints a secret, and deliver that. If the delivery fails, a new token is
 * dropped again: see `endUndelivered`. UNCERTAIN if the statement may have run and no one has its
 * secret.
 */
export async function mintByStatement(
  session: SqlSession,
  {statement, deliver, evenAfterSignal}: MintByStatementOptions,
): Promise<MintedByStatement> {
  const isNew = startsWithCreate(statement)
  const words = {
    message: isNew
      ? 'An API token may have been created'
      : 'The token may have a new secret, and its old one has ended then',
    hint: (when: string) => `Before you try again, look for what was done ${when}: ${session.command('token list')}`,
  }
  const minted = await wordUncertain(words, mint(session, statement, isNew))
  try {
    await deliver(minted, {afterSignal: isNew && !evenAfterSignal ? 'refuse' : 'deliver'})
  } catch (cause) {
    throw await endUndelivered(session, [minted], cause)
  }
  return minted
}

/** What to do after a signal ended the wait. */
export interface MintHints {
  /** If the answer has not come: how to look. */
  hint: string
  /** If a new token was not dropped again: how to drop it. */
  endHint(name: string): string
}

export function hintAtStatement(session: SqlSession): MintHints {
  return {
    hint: `Before you try again, look for what was done: ${session.command('token list')}`,
    endHint: (name) => `Drop it with: ${session.command(`token drop ${shellName(name)} --force`)}`,
  }
}

async function mint(session: SqlSession, statement: string, isNew: boolean): Promise<MintedByStatement> {
  const {places} = session
  const result = await session.run(statement)
  const secret = findCell(result, TOKEN_COLUMN)
  if (!secret) {
    throw new AppError('UNCERTAIN', 'DeltaStream answered without the secret', {hint: hintAtStatement(session).hint})
  }
  return {secret, result, name: findCell(result, 'Name'), isNew, places}
}

function findCell({columns, rows}: StatementResult, column: string): string | null {
  const at = columns.findIndex(({name}) => name.toLowerCase() === column.toLowerCase())
  return rows[0]?.[at] ?? null
}

function startsWithCreate(statement: string): boolean {
  for (const {kind, start, end} of scanSql(statement)) {
    if (kind === 'other') return statement.slice(start, end).toUpperCase() === 'CREATE'
  }
  return false
}

/**
 * Drop the new tokens whose secrets were not written out, and return the error that says so.
 * CANCELLED or TERMINATED if a signal prevented the delivery, and all tokens were new and are
 * dropped. Otherwise UNDELIVERED, which names what still works and what has ended.
 */
export async function endUndelivered(session: SqlSession, all: MintedByStatement[], cause: unknown): Promise<AppError> {
  const {why, code, details} = explainUndelivered(cause)
  const ended = new Set<string>()
  const left = new Set<string>()
  for (const {name, places} of all.filter(({isNew}) => isNew)) {
    const isEnded = name !== null && (await tryToDrop(session, {name, places}))
    ;(isEnded ? ended : left).add(name ?? UNNAMED)
  }
  const renewals = all.filter(({isNew}) => !isNew).map(({name}) => name ?? UNNAMED)
  const renewed = new Set(renewals.filter((name) => !ended.has(name)))
  const subject = all.length === 1 ? `The secret of ${all[0]?.name ?? UNNAMED}` : 'A new secret'
  const message = [
    `${subject} ${why}`,
    ...(ended.size > 0 ? [`${join(ended)} ${ended.size === 1 ? 'was' : 'were'} dropped again`] : []),
    ...(left.size > 0 ? [`${join(left)} could not be dropped and still works`] : []),
    ...(renewed.size > 0 ? [`the old secret of ${join(renewed)} has ended`] : []),
  ].join('; ')
  const [leftOne] = left
  const [renewedOne] = renewed
  if (leftOne !== undefined) {
    return new AppError('UNDELIVERED', message, {cause, hint: hintAtStatement(session).endHint(leftOne)})
  }
  if (renewedOne !== undefined) {
    const hint = `Renew it again: ${session.command(`token renew ${shellName(renewedOne)} --force`)}`
    return new AppError('UNDELIVERED', message, {cause, hint})
  }
  return new AppError(code, message, {cause, ...details})
}

const UNNAMED = '(unnamed)'

function join(names: Set<string>): string {
  return [...names].join(', ')
}

/** Return whether the token has ended. A later statement of the script may have dropped it. */
async function tryToDrop(session: SqlSession, {name, places}: {name: string; places: SessionPlaces}): Promise<boolean> {
  try {
    await session.runIn(places, renderDropToken(name))
    return true
  } catch (err) {
    return isNotFound(err) && err.details.vendorCode === MISSING_TOKEN
  }
}
