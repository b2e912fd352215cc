import type {CustomRoleRules} from '../../vendor.ts'
import {isDefaultRole} from '../roles.ts'

/** Custom roles as Astro has them: tokens hold them on deployments (contracts/astro.md, 8.2). */
export const ASTRO_CUSTOM_ROLES: CustomRoleRules = {
  scopeType: 'DEPLOYMENT',
  isBuiltIn: (name) => isDefaultRole(name.toUpperCase()),
  // With the context: the commands for tokens may have another current one.
  listHoldersCommand: (organizationId) =>
    `tokenry organization token list --all --organization-id ${organizationId} --context embedded`,
}
