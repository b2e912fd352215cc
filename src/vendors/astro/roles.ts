import type {AstroDefaultRole} from './api.ts'

/**
 * The roles of every organization (contracts/astro.md, 8.2), the most powerful first in each scope.
 */
export const DEFAULT_ROLES: AstroDefaultRole[] = [
  {name: 'ORGANIZATION_OWNER', scopeType: 'ORGANIZATION', description: 'Manages everything in the Organization'},
  {name: 'ORGANIZATION_BILLING_ADMIN', scopeType: 'ORGANIZATION', description: 'Manages billing of the Organization'},
  {name: 'ORGANIZATION_OBSERVE_ADMIN', scopeType: 'ORGANIZATION', description: 'Manages Astro Observe'},
  {name: 'ORGANIZATION_OBSERVE_MEMBER', scopeType: 'ORGANIZATION', description: 'Views Astro Observe'},
  {name: 'ORGANIZATION_MEMBER', scopeType: 'ORGANIZATION', description: 'Views the Organization'},
  {name: 'WORKSPACE_OWNER', scopeType: 'WORKSPACE', description: 'Manages everything in the Workspace'},
  {name: 'WORKSPACE_OPERATOR', scopeType: 'WORKSPACE', description: 'Manages Deployments of the Workspace'},
  {name: 'WORKSPACE_AUTHOR', scopeType: 'WORKSPACE', description: 'Deploys code to the Workspace'},
  {name: 'WORKSPACE_MEMBER', scopeType: 'WORKSPACE', description: 'Views the Workspace'},
  {
    name: 'WORKSPACE_ACCESSOR',
    scopeType: 'WORKSPACE',
    description: 'Reaches the Workspace, sees what other roles allow',
  },
  {name: 'DEPLOYMENT_ADMIN', scopeType: 'DEPLOYMENT', description: 'Manages everything in the Deployment'},
  {name: 'DAG_AUTHOR', scopeType: 'DAG', description: 'Edits and runs a DAG'},
  {name: 'DAG_VIEWER', scopeType: 'DAG', description: 'Views a DAG'},
]

/** Return the names of the roles for one kind of entity, in the order of DEFAULT_ROLES. */
export function listDefaultRoles(scope: AstroDefaultRole['scopeType']): string[] {
  return DEFAULT_ROLES.filter(({scopeType}) => scopeType === scope).map(({name}) => name)
}

export function isDefaultRole(name: string): boolean {
  return DEFAULT_ROLES.some((role) => role.name === name)
}
