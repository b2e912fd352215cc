import {resolveContext} from '../../config/context.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import {type AstroService, connectAstro} from '../../operations/astro/connect.ts'
import {listDeployments, listWorkspaces} from '../../operations/astro/directory.ts'
import {enterWorkspace, limitingWorkspace, openEntity} from '../../operations/astro/entity.ts'
import {listRoles} from '../../operations/astro/list-roles.ts'
import {type AstroTarget, listOrganizations, openTarget} from '../../operations/astro/target.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {TOKEN_SCOPES, type TokenScope} from '../../vendors/astro/api.ts'
import {ASTRO} from '../../vendors/astro/vendor.ts'
import {CANDIDATES_MAX, type ValuePlace} from './complete.ts'
import type {Entry, TopicValues} from './look-up.ts'

/** The values for the commands of Astro, if they use the embedded service. */
export const ASTRO_VALUES: TopicValues = {
  vendor: ASTRO.name,
  async roles(runtime, place, builtIn) {
    const target = await open(runtime, place)
    const roles = target ? await listRoles(target) : []
    // The scopes of the built-in roles of a flag are the scopes of its custom roles too.
    const scopes = new Set(roles.filter(({name}) => builtIn.includes(name)).map(({scope}) => scope))
    return roles
      .filter(({name, scope, custom}) => (custom ? scopes.has(scope) : builtIn.includes(name)))
      .map(({name, description}) => ({text: name, description}))
  },
  entries: {
    async organization(runtime, place) {
      const service = await connect(runtime, place)
      return service ? listOrganizations(service) : []
    },
    async workspace(runtime, place) {
      const target = await open(runtime, place)
      return target ? listWorkspaces(target) : []
    },
    async deployment(runtime, place) {
      const target = await open(runtime, place)
      const workspaceId = findWiderScope(place) === 'WORKSPACE' ? undefined : place.flags['workspace-id']
      return target ? listDeployments(target, limitingWorkspace(runtime, target, {workspaceId})) : []
    },
    token: listTokens,
  },
}

async function open(runtime: Runtime, place: ValuePlace): Promise<AstroTarget | null> {
  const service = await connect(runtime, place)
  return service && openTarget(runtime, service, {organizationId: place.flags['organization-id']})
}

/**
 * Return null if the command would call the vendor. --credential-file is ignored: a file may be a
 * pipe, which can be read only once, and signing in would count as a use of the token.
 */
async function connect(runtime: Runtime, {flags: {context}}: ValuePlace): Promise<AstroService | null> {
  const {vendor} = await resolveContext(runtime, ASTRO, {context})
  return vendor === EMBEDDED ? connectAstro(runtime, {context}) : null
}

/** Return the tokens that the command can act on. */
async function listTokens(runtime: Runtime, place: ValuePlace): Promise<Entry[]> {
  const {path, flags, typed} = place
  const scope = TOKEN_SCOPES.find((word) => word === path[0]?.toUpperCase())
  if (scope === undefined || !(await connect(runtime, place))) return []
  const {context, 'organization-id': organizationId, 'workspace-id': workspaceId, 'deployment-id': deploymentId} = flags
  const widerScope = findWiderScope(place)
  // As in the command: if the deployment is named, the workspace is the one of the token.
  const isOfToken = widerScope === 'WORKSPACE' && deploymentId !== undefined
  const entity = await openEntity(runtime, {
    scope,
    context,
    organizationId,
    workspaceId: isOfToken ? undefined : workspaceId,
    deploymentId,
    agents: flags['agent'] === 'true',
  })
  // Agent tokens.
  if (!entity.port.listByPrefix) return entity.port.list()
  const everywhere = path.at(-1) === 'add'
  const named = workspaceId ?? (everywhere ? entity.workspaceId : undefined)
  const ownerId = widerScope === 'WORKSPACE' && named ? (await enterWorkspace(entity, named)).id : undefined
  return entity.port.listByPrefix({
    everywhere,
    scope: widerScope,
    ownerId,
    prefix: typed,
    limit: CANDIDATES_MAX,
  })
}

/** Return the scope of the tokens, if the command is about tokens of a wider scope. */
function findWiderScope({path}: ValuePlace): TokenScope | undefined {
  if (path[2] === 'workspace-token') return 'WORKSPACE'
  return path[2] === 'organization-token' || path.join(' ') === 'workspace token add' ? 'ORGANIZATION' : undefined
}
