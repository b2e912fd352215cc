import type {Statement} from '../sql/parse-statements.ts'
import {
  changeRows,
  mintRows,
  ORGANIZATION_COLUMNS,
  ROLE_COLUMNS,
  type Rows,
  TOKEN_COLUMNS,
  timeCell,
  timeCellOrNull,
} from './result-sets.ts'
import {chooseRole, createRole, dropRole} from './role-statements.ts'
import {readTokenParameters} from './token-parameters.ts'
import {createToken, dropToken, listTokens, readSession, renewToken, type Session} from './tokens.ts'

/** A statement that the service has. */
type Supported = Exclude<Statement, {kind: 'unsupported'}>

interface Outcome {
  rows: Rows
  /** The role of the session from now on; absent if it stays. */
  roleName?: string
}

/** Run one statement (contracts/deltastream.md, section 4). Throw SqlFailure if it fails. */
export async function runStatement(session: Session, statement: Supported): Promise<Outcome> {
  switch (statement.kind) {
    case 'create-api-token': {
      const {name} = statement
      const secret = await createToken(session, {name, ...readTokenParameters(statement.parameters)})
      return {rows: mintRows({type: 'api_token', name, command: 'CREATE', done: 'created'}, secret)}
    }
    case 'renew-api-token': {
      const {name} = statement
      const secret = await renewToken(session, name)
      return {rows: mintRows({type: 'api_token', name, command: 'ALTER', done: 'refreshed'}, secret)}
    }
    case 'drop-api-token':
      await dropToken(session, statement.name)
      return {rows: changeRows({type: 'api_token', name: statement.name, command: 'DROP', done: 'dropped'})}
    case 'create-role':
      await createRole(session, statement.name)
      return {rows: changeRows({type: 'role', name: statement.name, command: 'CREATE', done: 'created'})}
    case 'drop-role':
      await dropRole(session, statement.name)
      return {rows: changeRows({type: 'role', name: statement.name, command: 'DROP', done: 'dropped'})}
    case 'use-role': {
      const {name} = await chooseRole(session, statement.name)
      return {rows: changeRows({type: 'role', name, command: 'USE', done: 'chosen'}), roleName: name}
    }
    case 'list-api-tokens':
      return {rows: await showTokens(session)}
    case 'list-roles':
      return {rows: await showRoles(session)}
    case 'list-organizations':
      return {rows: await showOrganization(session)}
  }
}

async function showTokens(session: Session): Promise<Rows> {
  const listed = await listTokens(session)
  return {
    columns: TOKEN_COLUMNS,
    data: listed.map(({token: {name, createdAt, validFrom, validUntil}, lastUsedAt}) => [
      name,
      timeCellOrNull(lastUsedAt),
      // A renewal restarts it.
      timeCell(validFrom ?? createdAt),
      timeCellOrNull(validUntil),
    ]),
  }
}

async function showRoles(session: Session): Promise<Rows> {
  const {caller, role} = await readSession(session)
  return {
    columns: ROLE_COLUMNS,
    data: caller.roles.list().map(({id, name, createdAt}) => [name, String(id === role.id), timeCell(createdAt)]),
  }
}

/** Return the organization of the caller: a token belongs to one. */
async function showOrganization(session: Session): Promise<Rows> {
  const {uuid, name, createdAt} = (await readSession(session)).caller.organization
  return {columns: ORGANIZATION_COLUMNS, data: [[uuid, name, null, null, timeCell(createdAt)]]}
}
