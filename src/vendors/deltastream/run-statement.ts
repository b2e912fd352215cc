import {AppError} from '../../errors/app-error.ts'
import {countWords} from '../../lib/duration.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import {present} from '../answer-fields.ts'
import type {HttpCall, HttpClient, HttpMachine, HttpTarget, TimeLimit} from '../http.ts'
import {cleanText} from '../http-errors.ts'
import {
  parseStatementAnswer,
  requireAllRows,
  requireSecret,
  requireStatementId,
  type StatementAnswer,
} from './answers.ts'
import {type ResultSet, SQL_SUCCESS, type StatementLimits, type StatementRequest} from './api.ts'
import {mintsToken} from './sql/mints-token.ts'
import {splitStatements} from './sql/split-statements.ts'
import {LOOK_HINT} from './sql-errors.ts'

export interface StatementClient {
  http: HttpClient
  target: HttpTarget
  machine: HttpMachine
}

/** One statement on its way. */
interface Run extends StatementClient {
  request: StatementRequest
  mints: boolean
  /** Epoch milliseconds; so is `deadlineMs`, which is for the statement with all its polling. */
  sentAtMs: number
  deadlineMs: number
}

const POLL_MS = 1000

/** More is taken for a result without an end. */
const PARTITIONS_MAX = 1000
const ROWS_MAX = 100_000

/**
 * A single LIST changes nothing. One that is written in another way is sent once, like the rest.
 */
const LIST = /^\s*LIST\s+\w+\s*;?\s*$/i

/** These statements have no business with the data plane. */
const TOKEN_STATEMENT = /\bAPI_TOKENS?\b/i

/**
 * Run one statement and return its whole result. A statement that mints is sent once, and every
 * failure after that is UNCERTAIN.
 */
export async function runStatement(
  client: StatementClient,
  request: StatementRequest,
  {timeoutMs = client.machine.timeoutMs}: StatementLimits = {},
): Promise<ResultSet> {
  const sentAtMs = client.machine.now()
  const mints = splitStatements(request.statement).some(mintsToken)
  const run: Run = {...client, request, mints, sentAtMs, deadlineMs: sentAtMs + timeoutMs}
  const answer = await submit(run).catch((err: unknown) => {
    throw isUncertain(err) ? new AppError(err.code, err.message, {...err.details, hint: LOOK_HINT}) : err
  })
  const polledId = 'status' in answer ? answer.status.statementID : undefined
  const complete = 'status' in answer ? await awaitResult(run, answer.status.statementID) : answer
  if ('isRemote' in complete) throw refuseRemote()
  const result = await addPartitions(run, {...complete.result, ...present('statementID', polledId)})
  const {message} = result
  return {...result, ...present('message', message && cleanText(message, run.target))}
}

/** Its hint must not be to try again: that ends the secret of a renewal that was carried out. */
function isUncertain(err: unknown): err is AppError {
  return err instanceof AppError && err.code === 'UNCERTAIN'
}

function submit(run: Run): Promise<StatementAnswer> {
  const {request, mints} = run
  return run.http.send({
    method: 'POST',
    path: ['statements'],
    body: request,
    mints,
    readsOnly: LIST.test(request.statement),
    timeLimit: toTimeLimit(run),
    read: (body, status) => readAnswer(run, parseStatementAnswer(body, status), 0),
  })
}

function toTimeLimit({sentAtMs, deadlineMs}: Run): TimeLimit {
  return {endMs: deadlineMs, timeoutMs: deadlineMs - sentAtMs}
}

/** Throw for an answer without what the statement needs: see `HttpCall.read`. */
function readAnswer({mints, request}: Run, answer: StatementAnswer, partition: number): StatementAnswer {
  if ('isRemote' in answer && (mints || TOKEN_STATEMENT.test(request.statement))) {
    throw new Error('the answer is about the data plane')
  }
  if (!('result' in answer)) return answer
  if (mints) requireSecret(answer.result)
  else requireAllRows(answer.result, partition)
  return answer
}

/** Poll until the statement is complete. For one that mints, every failure is UNCERTAIN. */
async function awaitResult(run: Run, statementID: string): Promise<CompleteAnswer> {
  if (!run.mints) return pollResult(run, statementID)
  try {
    return await pollResult(run, statementID)
  } catch (cause) {
    // The exit code of a signal would hide that a token may exist.
    const {signal: _signal, retryable: _retryable, ...details} = cause instanceof AppError ? cause.details : {}
    const why = cause instanceof AppError ? cause.message : 'its answer could not be read'
    throw new AppError('UNCERTAIN', `DeltaStream accepted the statement, but a poll for its result failed: ${why}`, {
      ...details,
      vendor: 'deltastream',
      facts: {sentAt: toRfc3339(run.sentAtMs)},
      cause,
      hint: LOOK_HINT,
    })
  }
}

type CompleteAnswer = Exclude<StatementAnswer, {status: unknown}>

async function pollResult(run: Run, statementID: string): Promise<CompleteAnswer> {
  const {machine, deadlineMs, sentAtMs} = run
  // Counted too: a clock that is set back must not make this endless.
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const answer = await fetchPartition(run, statementID, 0)
    if (!('status' in answer)) return answer
    if (Math.max(machine.now(), sentAtMs + waitedMs) + POLL_MS >= deadlineMs) throw refuseSlow(deadlineMs - sentAtMs)
    await machine.pause(POLL_MS)
  }
}

function fetchPartition(run: Run, statementID: string, partitionID: number): Promise<StatementAnswer> {
  const {timezone = 'UTC', sessionID} = run.request.parameters ?? {}
  const call: HttpCall<StatementAnswer> = {
    method: 'GET',
    path: ['statements', statementID],
    query: {partitionID, timezone, sessionID: sessionID || undefined},
    timeLimit: toTimeLimit(run),
    read: (body, status) => readAnswer(run, parseStatementAnswer(body, status), partitionID),
  }
  return run.http.send(call)
}

/** Return the result with the rows of all partitions, which are fetched one after the other. */
async function addPartitions(run: Run, first: ResultSet): Promise<ResultSet> {
  const {metadata, sqlState} = first
  const partitions = metadata.partitionInfo.length
  // The row with a new secret is here, and nothing may come between it and the caller.
  if (partitions <= 1 || sqlState !== SQL_SUCCESS || run.mints) return first
  const rowCount = metadata.partitionInfo.reduce((sum, each) => sum + each.rowCount, 0)
  if (partitions > PARTITIONS_MAX || rowCount > ROWS_MAX) throw refuseEndless()
  const id = requireKnownId(first)
  const data = [...first.data]
  for (let partition = 1; partition < partitions; partition++) {
    const answer = await fetchPartition(run, id, partition)
    if (!('result' in answer)) throw refusePart()
    if (answer.result.sqlState !== SQL_SUCCESS) return answer.result
    for (const row of answer.result.data) data.push(row)
    if (data.length > ROWS_MAX) throw refuseEndless()
  }
  return {...first, metadata: {...metadata, partitionInfo: [{rowCount: data.length}]}, data}
}

function requireKnownId({statementID}: ResultSet): string {
  try {
    return requireStatementId(statementID)
  } catch (cause) {
    throw refusePart(cause)
  }
}

function refusePart(cause?: unknown): AppError {
  return new AppError('UPSTREAM', 'DeltaStream answered with a part of the result, and the rest cannot be fetched', {
    vendor: 'deltastream',
    cause,
    hint: 'Try again; if it stays so, ask DeltaStream',
  })
}

function refuseEndless(): AppError {
  return new AppError(
    'UPSTREAM',
    `The result does not end: it has more than ${ROWS_MAX} rows or ${PARTITIONS_MAX} partitions`,
    {
      vendor: 'deltastream',
      retryable: false,
      hint: 'Ask for fewer rows: a SELECT can end with LIMIT',
    },
  )
}

function refuseRemote(): AppError {
  return new AppError(
    'INVALID',
    'The rows of this statement are on the data plane of DeltaStream, where tokenry does not read',
    {
      vendor: 'deltastream',
      hint: 'Run the statement with the command line of DeltaStream',
    },
  )
}

function refuseSlow(timeoutMs: number): AppError {
  return new AppError(
    'TIMEOUT',
    `DeltaStream did not complete the statement within ${countWords(timeoutMs / 1000, 'second')}`,
    {
      vendor: 'deltastream',
      hint: `Try again, with a longer time if needed: TOKENRY_HTTP_TIMEOUT=${Math.min(timeoutMs / 500, 3600)}`,
    },
  )
}
