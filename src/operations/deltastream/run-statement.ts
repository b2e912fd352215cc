import type {DeltaStreamApi, ResultContext, ResultSet, SessionPlaces} from '../../vendors/deltastream/api.ts'
import {mintsToken} from '../../vendors/deltastream/sql/mints-token.ts'
import {requireSuccess} from '../../vendors/deltastream/sql-errors.ts'

export interface StatementRun {
  result: ResultSet
  /** The session of the next statement: USE ROLE changes it. */
  session: SessionPlaces
}

/**
 * Run one statement in a session, unchanged. Return its result and the session after it. A
 * statement that failed is an error: see `requireSuccess`, and `DeltaStreamApi.run`.
 */
export async function runStatement(
  api: DeltaStreamApi,
  statement: string,
  session: SessionPlaces,
): Promise<StatementRun> {
  const result = await api.run({...session, statement})
  requireSuccess(result, {mints: mintsToken(statement)})
  return {result, session: continueSession(session, result.metadata.context)}
}

/** Return the session after an answer. What the answer does not report stays as it was. */
function continueSession(session: SessionPlaces, context: ResultContext): SessionPlaces {
  const {organizationID, roleName, databaseName, schemaName, storeName, computePoolName} = context
  return {
    ...session,
    ...(organizationID ? {organization: organizationID} : {}),
    ...(roleName ? {role: roleName} : {}),
    ...(databaseName ? {database: databaseName} : {}),
    ...(schemaName ? {schema: schemaName} : {}),
    ...(storeName ? {store: storeName} : {}),
    ...(computePoolName ? {computePool: computePoolName} : {}),
  }
}
