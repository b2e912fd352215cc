import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import {TOKEN_COLUMN} from '../../vendors/deltastream/api.ts'
import {renderDropToken} from '../../vendors/deltastream/sql/render.ts'
import {scanSql} from '../../vendors/deltastream/sql/scan-sql.ts'
import type {Deliver} from '../tokens/deliver.ts'
import {explainUndelivered} from '../tokens/undelivered.ts'
import {wordUncertain} from '../tokens/word-uncertain.ts'
import type {SqlSession} from './sql-session.ts'
import type {StatementResult} from './statement-result.ts'

/** A secret in the result of a statement. */
export interface MintedByStatement {
  secret: string
  result: StatementResult
  /** The name of the token; null if the result does not have it. */
  name: string | null
  /** Whether the token is new. Otherwise its old secret has ended. */
  isNew: boolean
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
    endHint: (name) => `Drop it with: ${session.command(`token drop ${shellPath(name)} --force`)}`,
  }
}

async function mint(session: SqlSession, statement: string, isNew: boolean): Promise<MintedByStatement> {
  const result = await session.run(statement)
  const secret = findCell(result, TOKEN_COLUMN)
  if (!secret) {
    throw new AppError('UNCERTAIN', 'DeltaStream answered without the secret', {hint: hintAtStatement(session).hint})
  }
  return {secret, result, name: findCell(result, 'Name'), isNew}
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
  const ended: string[] = []
  const left: string[] = []
  for (const {name} of all.filter(({isNew}) => isNew)) {
    const isEnded = name !== null && (await tryToDrop(session, name))
    ;(isEnded ? ended : left).push(name ?? '(unnamed)')
  }
  const renewed = all.filter(({isNew}) => !isNew).map(({name}) => name ?? '(unnamed)')
  const subject = all.length === 1 ? `The secret of ${[...ended, ...left, ...renewed].join('')}` : 'A new secret'
  const message = [
    `${subject} ${why}`,
    ...(ended.length > 0 ? [`${ended.join(', ')} ${ended.length === 1 ? 'was' : 'were'} dropped again`] : []),
    ...(left.length > 0 ? [`${left.join(', ')} could not be dropped and still works`] : []),
    ...(renewed.length > 0 ? [`the old secret of ${renewed.join(', ')} has ended`] : []),
  ].join('; ')
  const [leftOne] = left
  const [renewedOne] = renewed
  if (leftOne !== undefined) {
    return new AppError('UNDELIVERED', message, {cause, hint: hintAtStatement(session).endHint(leftOne)})
  }
  if (renewedOne !== undefined) {
    const hint = `Renew it again: ${session.command(`token renew ${shellPath(renewedOne)} --force`)}`
    return new AppError('UNDELIVERED', message, {cause, hint})
  }
  return new AppError(code, message, {cause, ...details})
}

async function tryToDrop(session: SqlSession, name: string): Promise<boolean> {
  try {
    await session.run(renderDropToken(name))
    return true
  } catch {
    return false
  }
}
