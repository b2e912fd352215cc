import {AppError} from '../../errors/app-error.ts'
import {findClosest} from '../../lib/closest.ts'
import {shellPath} from '../../lib/shell-path.ts'
import {allowForbidden} from '../../vendors/allow-forbidden.ts'
import {ASTRO_LIMITS, type AstroDefaultRole} from '../../vendors/astro/api.ts'
import {listDefaultRoles} from '../../vendors/astro/roles.ts'
import {listAll} from '../../vendors/list-all.ts'
import type {TokenEntity} from './entity.ts'
import {ENTITY_WORDS, listCommand} from './entity-words.ts'
import type {AstroTarget} from './target.ts'

export interface RoleResult {
  name: string
  scope: string
  description: string
  /** Null for a built-in role. */
  id: string | null
  custom: boolean
}

/**
 * Return the roles of the organization, built-in ones first. `scope` selects one kind of entity.
 */
export async function listRoles(target: AstroTarget, scope?: string): Promise<RoleResult[]> {
  const {api, organizationId, warn} = target
  const scopeTypes = scope === undefined ? {} : {scopeTypes: [scope]}
  let builtIn: AstroDefaultRole[] = []
  const custom = await listAll({
    what: 'roles',
    limit: ASTRO_LIMITS.pageLimitMax,
    async readPage(page) {
      const includeDefaultRoles = page.offset === 0
      const {
        roles,
        totalCount,
        defaultRoles = [],
      } = await api.listRoles(organizationId, {
        ...scopeTypes,
        includeDefaultRoles,
        ...page,
      })
      if (includeDefaultRoles) builtIn = defaultRoles
      return {items: roles, totalCount}
    },
    warn,
  })
  return [
    ...builtIn.map(({name, scopeType, description}) => ({
      name,
      scope: scopeType,
      description,
      id: null,
      custom: false,
    })),
    ...custom.map(({name, scopeType, description = '', id}) => ({
      name,
      scope: scopeType,
      description,
      id,
      custom: true,
    })),
  ]
}

/**
 * Throw USAGE, with the possible roles, if a token cannot hold this role on an entity of this kind.
 */
export async function checkRole({target, scope}: Pick<TokenEntity, 'target' | 'scope'>, role: string): Promise<void> {
  if (listDefaultRoles(scope).includes(role)) return
  const names = await allowForbidden(listRoles(target, scope).then((roles) => roles.map(({name}) => name)))
  if (names === null || names.includes(role)) return
  const {noun} = ENTITY_WORDS[scope]
  const closest = findRoleMeant(role, names)
  const hint = closest ? `Did you mean --role ${shellPath(closest)}?` : `See them with: ${listCommand(target, 'role')}`
  throw new AppError('USAGE', `--role ${role} is not a role for a ${noun}; the roles are ${names.join(', ')}`, {hint})
}

/** Return DEPLOYMENT_ADMIN for `admin` and for `ADMIN`, or a name with a typing error corrected. */
function findRoleMeant(role: string, names: string[]): string | undefined {
  const wanted = role.toUpperCase()
  return (
    names.find((name) => name.toUpperCase() === wanted) ??
    names.find((name) => name.toUpperCase().endsWith(`_${wanted}`)) ??
    findClosest(role, names)
  )
}
