import type {Interfaces} from '@oclif/core'
import * as Flags from '@oclif/core/flags'
import type {TokenScope} from '../../vendors/astro/api.ts'
import {listDefaultRoles} from '../../vendors/astro/roles.ts'
import {organizationFlag, organizationFlags, workspaceFlags} from '../directory-flags.ts'
import {type GlobalFlags, textFlag} from '../flags.ts'

/** The flags of a group of commands, which say what it works on; astro has the first of each, and takes it before the verb too. */
export {organizationFlags, workspaceFlags}

export const deploymentFlags = {
  'deployment-id': {
    ...textFlag('deployment-id', {
      description: 'Deployment to work in; the only one there is, unless it is given',
      placeholder: 'ID',
      completes: 'deployment id',
    }),
    helpGroup: 'DEPLOYMENT',
  },
  'workspace-id': {
    ...textFlag('workspace-id', {
      description: 'Only deployments of this workspace',
      placeholder: 'ID',
      completes: 'workspace id',
    }),
    helpGroup: 'DEPLOYMENT',
  },
  ...organizationFlag('DEPLOYMENT'),
}

/** For the roles of Workspace tokens on a deployment: here astro means where the token is from. */
export const workspaceTokenFlags = {
  ...deploymentFlags,
  'workspace-id': {
    ...textFlag('workspace-id', {
      description: 'Workspace that the token is from; without --deployment-id also that of the deployment',
      placeholder: 'ID',
      completes: 'workspace id',
    }),
    helpGroup: 'DEPLOYMENT',
  },
}

/** What the command line says about the entity; a command of a wider entity has fewer of them. */
export type EntityFlags = GlobalFlags & Partial<Interfaces.InferredFlags<typeof deploymentFlags>>

/** For the texts of commands. */
const ROLE_EXAMPLE: Record<TokenScope, string> = {
  DEPLOYMENT: 'DEPLOYMENT_ADMIN or the name of a custom role',
  WORKSPACE: 'WORKSPACE_OWNER, WORKSPACE_OPERATOR, WORKSPACE_AUTHOR, WORKSPACE_MEMBER or WORKSPACE_ACCESSOR',
  ORGANIZATION: 'ORGANIZATION_OWNER, ORGANIZATION_BILLING_ADMIN, ORGANIZATION_MEMBER or another one of role list',
}

/** The role that a token gets. */
export function roleFlag(scope: TokenScope) {
  return roleFlagFor([scope], ROLE_EXAMPLE[scope])
}

/** The role that tokens must have, on an entity of one of these kinds. */
export function roleFilterFlag(scopes: TokenScope[]) {
  return roleFlagFor(scopes, 'Only tokens with this role here')
}

/** The suggestions are the built-in roles; scripts/manifest.ts writes them down for shell completion. Custom roles are taken as well. */
function roleFlagFor(scopes: TokenScope[], description: string) {
  const flag = textFlag('role', {char: 'r', description, placeholder: 'ROLE', completes: 'role'})
  return {...flag, suggestions: scopes.flatMap(listDefaultRoles)}
}

export const agentFlag = Flags.boolean({
  description: 'Agent tokens, which sign in the Remote Execution agents of a deployment and hold no role',
})
