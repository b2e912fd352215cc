import {AppError} from '../../../errors/app-error.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {Principal} from '../../principal.ts'
import {type ResultContext, type ResultSet, SQL_SUCCESS, type StatementRequest} from '../api.ts'
import {
  InvalidCharacterError,
  NameTooLongError,
  parseStatements,
  SqlSyntaxError,
  type Statement,
} from '../sql/parse-statements.ts'
import {type Caller, readCaller, useRole} from './principal.ts'
import {toFailedResult, toResultSet} from './result-sets.ts'
import {SqlFailure, showName} from './sql-failure.ts'
import {runStatement} from './statements.ts'
import {toSession} from './tokens.ts'

/** Statements in one request. */
const BATCH_MAX = 100

type Supported = Exclude<Statement, {kind: 'unsupported'}>

/**
 * Run the statements of a request in order, until one fails, and return their results
 * (contracts/deltastream.md, section 3). If nothing can be run, the only result says why.
 *
 * @throws AppError for what is not a result: UNAUTHENTICATED if the token has ended, TIMEOUT.
 */
export async function runBatch(
  service: TokenService,
  principal: Principal,
  request: StatementRequest,
): Promise<ResultSet[]> {
  const caller = await readCaller(service, service.read, principal)
  let context = toContext(caller, caller.first.name, request)
  const fail = (err: unknown) => toFailedResult(toFailure(err), {context, nowMs: service.now()})
  let statements: Supported[]
  try {
    statements = parseBatch(request.statement)
    checkOrganization(caller, request.organization)
    if (request.role) context = {...context, roleName: useRole(caller, request.role).name}
  } catch (err) {
    return [fail(err)]
  }
  const results: ResultSet[] = []
  let roleName = request.role || null
  for (const statement of statements) {
    try {
      const outcome = await runStatement(toSession({service, principal, caller}, roleName), statement)
      if (outcome.roleName !== undefined) {
        roleName = outcome.roleName
        context = {...context, roleName}
      }
      results.push(toResultSet(outcome.rows, {context, nowMs: service.now()}))
    } catch (err) {
      // What ran before cannot be undone, so the answer must say what it was.
      results.push(fail(results.length === 0 ? err : toLateFailure(err)))
    }
    if (results.at(-1)?.sqlState !== SQL_SUCCESS) break
  }
  return results
}

/** Parse the text, and refuse it before anything runs if one of its statements cannot be run. */
function parseBatch(text: string): Supported[] {
  const statements = parseStatements(text)
  const supported = statements.flatMap((each) => {
    if (each.kind !== 'unsupported') return [each]
    throw new SqlFailure('0A000', `${each.keyword} is not supported by the embedded service`)
  })
  if (supported.slice(0, -1).some(({kind}) => kind === 'create-api-token' || kind === 'renew-api-token')) {
    throw new SqlFailure('0A000', 'a statement that returns a new token must be the last one of its request')
  }
  if (supported.length > BATCH_MAX) {
    throw new SqlFailure('53000', `a request has at most ${BATCH_MAX} statements`)
  }
  return supported
}

/** Throw 3D004 for an organization other than that of the caller. */
function checkOrganization({organization}: Caller, named: string | undefined): void {
  const {uuid, name, organizationId} = organization
  if (!named || named === name || named === organizationId || named.toLowerCase() === uuid) return
  throw new SqlFailure('3D004', `organization ${showName(named)} does not exist`)
}

/**
 * Return the context of an answer: always complete, because clients replace their own with it
 * (contracts/deltastream.md, section 1.3). What the service does not have is repeated.
 */
function toContext({organization}: Caller, roleName: string, request: StatementRequest): ResultContext {
  const {database, schema, store, computePool} = request
  return {
    organizationID: organization.uuid,
    roleName,
    ...(database ? {databaseName: database} : {}),
    ...(schema ? {schemaName: schema} : {}),
    ...(store ? {storeName: store} : {}),
    ...(computePool ? {computePoolName: computePool} : {}),
  }
}

/** Return why a statement failed. Throw anything else. */
function toFailure(err: unknown): {sqlState: string; message: string} {
  const isFailure =
    err instanceof SqlFailure ||
    err instanceof SqlSyntaxError ||
    err instanceof NameTooLongError ||
    err instanceof InvalidCharacterError
  if (isFailure) return err
  throw err
}

/** The token may have dropped itself, and the store may be busy, full or lost. */
function toLateFailure(err: unknown): unknown {
  if (!(err instanceof AppError)) return err
  if (err.code === 'UNAUTHENTICATED') return new SqlFailure('42501', 'the token of this request has ended')
  if (err.code === 'TIMEOUT') return new SqlFailure('57014', 'the service is busy')
  return err.code === 'CONFIG' ? new SqlFailure('XX000', 'the service has failed') : err
}
