import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {type RoleRow, readRoles} from '../../vendors/deltastream/list-rows.ts'
import {LIST_ROLES, renderCreateRole, renderDropRole} from '../../vendors/deltastream/sql/render.ts'
import {markGone} from '../ignore-gone.ts'
import type {DeltaStreamService} from './connect.ts'
import {runStatement} from './run-statement.ts'
import {formatCommand, MISSING_ROLE, noRole, reword} from './tokens.ts'

export type RoleResult = RoleRow

export interface CreatedRole {
  name: string
}

export interface DroppedRole {
  name: string
  deletedAt: string
}

export async function listRoles({api, session}: DeltaStreamService): Promise<RoleResult[]> {
  return readRoles((await runStatement(api, LIST_ROLES, session)).result)
}

/** Create a role. INVALID, before a request, for a name that it cannot have. */
export async function createRole(service: DeltaStreamService, name: string): Promise<CreatedRole> {
  const statement = renderCreateRole(name)
  await runStatement(service.api, statement, service.session).catch((err: unknown) => {
    if (!(err instanceof AppError) || err.details.vendorCode !== '42P011') throw err
    const hint = `Choose another name; see the roles with: ${formatCommand(service, 'role list')}`
    throw reword(err, new AppError('CONFLICT', `A role named ${name} already exists in ${service.where}`, {hint}))
  })
  return {name}
}

/** Drop a role. NOT_FOUND, with `details.gone`, if there is none. CONFLICT if a token has it. */
export async function dropRole({now}: Runtime, service: DeltaStreamService, name: string): Promise<DroppedRole> {
  const statement = renderDropRole(name)
  const dropping = runStatement(service.api, statement, service.session).catch((err: unknown) => {
    if (!(err instanceof AppError)) throw err
    const {vendorCode} = err.details
    if (vendorCode === MISSING_ROLE && name !== service.session.role) throw reword(err, noRole(service, name))
    if (vendorCode !== '2BP01') throw err
    const hint = `Drop its tokens first; see them with: ${formatCommand(service, 'token list')}`
    throw reword(err, new AppError('CONFLICT', `The role ${name} is in use`, {hint}))
  })
  await markGone({wanted: name}, dropping, ({details}) => details.vendorCode === MISSING_ROLE)
  return {name, deletedAt: toRfc3339(now())}
}
