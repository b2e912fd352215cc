import type {Interfaces} from '@oclif/core'
import * as Flags from '@oclif/core/flags'
import type {TokenScope} from '../../vendors/astro/api.ts'
import {listDefaultRoles} from '../../vendors/astro/roles.ts'
import {organizationFlag, organizationFlags, workspaceFlags} from '../directory-flags.ts'
import {textFlag, type VendorFlags} from '../flags.ts'

/**
 * The flags of each group of commands, which choose the entity. astro has the first flag of each,
 * and accepts it before the verb too.
 */
export {organizationFlags, workspaceFlags}

export const deploymentFlags = {
  'deployment-id': {
    ...textFlag('deployment-id', {
      description: 'Deployment to use, by id or name (default: the only one)',
      placeholder: 'ID',
      completes: 'deployment id',
    }),
    helpGroup: 'DEPLOYMENT',
  },
  'workspace-id': {
    ...textFlag('workspace-id', {
      description: 'Use only deployments of this workspace, by id or name',
      placeholder: 'ID',
      completes: 'workspace id',
    }),
    helpGroup: 'DEPLOYMENT',
  },
  ...organizationFlag('DEPLOYMENT'),
}

/**
 * For the roles of Workspace tokens on a deployment: in these commands --workspace-id of astro is
 * the workspace that owns the token.
 */
export const workspaceTokenFlags = {
  ...deploymentFlags,
  'workspace-id': {
    ...textFlag('workspace-id', {
      description:
        'Workspace that owns the token, by id or name; without --deployment-id also the workspace of the deployment',
      placeholder: 'ID',
      completes: 'workspace id',
    }),
    helpGroup: 'DEPLOYMENT',
  },
}

/** The values of these flags. A command of a wider entity has fewer of them. */
export type EntityFlags = VendorFlags & Partial<Interfaces.InferredFlags<typeof deploymentFlags>>

/** For the descriptions of --role. */
const ROLE_DESCRIPTIONS: Record<TokenScope, string> = {
  DEPLOYMENT: 'Role of the token: DEPLOYMENT_ADMIN or the name of a custom role',
  WORKSPACE:
    'Role of the token: WORKSPACE_OWNER, WORKSPACE_OPERATOR, WORKSPACE_AUTHOR, WORKSPACE_MEMBER or WORKSPACE_ACCESSOR',
  ORGANIZATION:
    'Role of the token: ORGANIZATION_OWNER, ORGANIZATION_BILLING_ADMIN, ORGANIZATION_MEMBER or another one from `tokenry role list`',
}

/** Return --role for the role that a token gets. */
export function roleFlag(scope: TokenScope) {
  return roleFlagFor([scope], ROLE_DESCRIPTIONS[scope])
}

/** Return --role for a list: the role that tokens must have, on an entity of one of these kinds. */
export function roleFilterFlag(scopes: TokenScope[]) {
  return roleFlagFor(scopes, 'Only tokens with this role here')
}

/**
 * Return --role with suggestions: the built-in roles, which scripts/manifest.ts writes into the
 * manifest for shell completion. Custom roles are accepted too.
 */
function roleFlagFor(scopes: TokenScope[], description: string) {
  const flag = textFlag('role', {char: 'r', description, placeholder: 'ROLE', completes: 'role'})
  return {...flag, suggestions: scopes.flatMap(listDefaultRoles)}
}

export const agentFlag = Flags.boolean({
  description: 'Work on agent tokens, which sign in the Remote Execution agents of a deployment and have no role',
})
