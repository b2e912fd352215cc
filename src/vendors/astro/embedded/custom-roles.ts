import {shellPath} from '../../../lib/shell-path.ts'
import type {CustomRoleRules} from '../../vendor.ts'
import {isDefaultRole} from '../roles.ts'

/** Astro's rules for custom roles: tokens hold them on deployments (contracts/astro.md, 8.2). */
export const ASTRO_CUSTOM_ROLES: CustomRoleRules = {
  scopeType: 'DEPLOYMENT',
  isBuiltIn: (name) => isDefaultRole(name.toUpperCase()),
  // With the context, because the token commands may have another current context.
  listHoldersCommand: (organizationId) =>
    `tokenry organization token list --all --organization-id ${shellPath(organizationId)} --context embedded`,
}
