import {AppError} from '../../errors/app-error.ts'
import {capitalise} from '../../lib/capitalise.ts'
import {refuseUnnamed} from '../../lib/find-place.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {allowForbidden} from '../../vendors/allow-forbidden.ts'
import {agentTokenPort} from '../../vendors/astro/agent-token-port.ts'
import type {AstroDeployment, TokenScope} from '../../vendors/astro/api.ts'
import type {AstroSecretFinding} from '../../vendors/astro/capabilities.ts'
import {
  type AstroTokenPort,
  type AstroTokenRecord,
  apiTokenPort,
  type NewAstroToken,
} from '../../vendors/astro/token-port.ts'
import {markGone} from '../ignore-gone.ts'
import {idFromEnvironment} from '../service/environment.ts'
import {findBySecret, refuseNotAToken} from '../tokens/find-by-secret.ts'
import type {TokenAccess} from '../tokens/token-access.ts'
import {connectAstro} from './connect.ts'
import {
  explainCreation,
  findDeployment,
  findDeploymentById,
  findWorkspace,
  findWorkspaceById,
  listDeployments,
  listWorkspaces,
} from './directory.ts'
import {commandFor, ENTITY_WORDS, listCommand} from './entity-words.ts'
import {type AstroTarget, openTarget, type TargetOptions} from './target.ts'

/** The organization, workspace or deployment whose tokens a command uses, with the port to them. */
export interface TokenEntity extends TokenAccess<AstroTokenRecord, NewAstroToken> {
  target: AstroTarget
  scope: TokenScope
  id: string
  name: string
  /**
   * False if only its id is known, because the caller must not list such entities. Then the id may
   * be mistyped, and nothing may be reported as gone.
   */
  isSeen: boolean
  /** The workspace of a deployment; absent if the deployment was not seen. */
  workspaceId?: string
  port: AstroTokenPort
  /** The token that the secret in --token-file belongs to. */
  namedBySecret?: AstroSecretFinding | undefined
}

/** Ask a person to choose one of several. */
export type Choose = <Item extends {id: string; name: string}>(noun: string, items: Item[]) => Promise<Item>

export interface EntityOptions extends Omit<TargetOptions, 'chooseOrganization'> {
  scope: TokenScope
  /** Id or name, as for `deploymentId` and `organizationId`. */
  workspaceId?: string | undefined
  deploymentId?: string | undefined
  /** Use the agent tokens of a deployment, which Astro lists separately from its API tokens. */
  agents?: boolean | undefined
  /**
   * A secret of the token that the command is about. If no flag names an entity, the token's is
   * used.
   */
  secret?: string | undefined
  /** Absent if no question may be asked. */
  choose?: Choose | undefined
}

type Place = Pick<TokenEntity, 'scope' | 'id' | 'name' | 'isSeen' | 'workspaceId'>

/**
 * Open the entity that a flag, the secret, the environment or the context names, in this order. The
 * default is the only one. USAGE if `secret` is not a token. NOT_FOUND, with `details.gone`, if the
 * entity that a deleted token belonged to is gone too.
 */
export async function openEntity(runtime: Runtime, options: EntityOptions): Promise<TokenEntity> {
  refuseNotAToken(options.secret)
  const connection = await connectAstro(runtime, options)
  const {where, capabilities} = connection
  const finder = {find: capabilities.findTokenBySecret?.bind(capabilities), noun: 'API token', where}
  const namedBySecret = options.secret === undefined ? undefined : await findBySecret(finder, options.secret)
  const found = namedBySecret?.token ?? null
  const {choose} = options
  const target = await openTarget(runtime, connection, {
    ...options,
    organizationId: options.organizationId ?? found?.organizationId,
    chooseOrganization: choose && ((organizations) => choose('organization', organizations)),
  })
  const owner = found?.scope === options.scope ? found.ownerId : undefined
  const opening = Promise.resolve(openPlace(runtime, target, {...options, owner}))
  const isOwners = owner !== undefined && options.deploymentId === undefined && options.workspaceId === undefined
  const place = await (found?.isDeleted && isOwners ? markGone({wanted: found.id}, opening) : opening)
  return {...entityAt(target, place, options.agents), namedBySecret}
}

/** Return the entity at this place of a target, with the port to its tokens. */
export function entityAt(target: AstroTarget, place: Place, agents = false): TokenEntity {
  const {scope, id} = place
  const where = {organizationId: target.organizationId, scope, id}
  return {
    ...place,
    target,
    port: agents ? agentTokenPort(target, where) : apiTokenPort(target, where),
    words: {
      noun: agents ? 'agent token' : 'API token',
      where: target.where,
      command: (words) => commandFor({target, scope, id}, words) + (agents ? ' --agent' : ''),
    },
  }
}

export function enterOrganization(target: AstroTarget): TokenEntity {
  return entityAt(target, organizationOf(target))
}

/**
 * Return the workspace of a deployment, or another workspace of its organization, by id or name.
 * NOT_FOUND if it does not exist. USAGE if none is named, and the deployment was not seen.
 */
export async function enterWorkspace(entity: TokenEntity, workspace = entity.workspaceId): Promise<TokenEntity> {
  const {target} = entity
  if (workspace === undefined) throw unknownWorkspace(entity)
  const found = await findWorkspace(target, workspace)
  if (!found) throw noPlace(workspace, {target, scope: 'WORKSPACE'})
  return entityAt(target, {scope: 'WORKSPACE', id: found.id, name: found.name, isSeen: true})
}

function unknownWorkspace({id, target}: TokenEntity): AppError {
  return new AppError('USAGE', `${capitalise(target.where)} does not show in which workspace deployment ${id} is`, {
    hint: 'Name its workspace with --workspace-id',
  })
}

/** Return an entity in words: `deployment default (cl…)`. */
export function describeEntity({scope, name, id}: Pick<Place, 'scope' | 'name' | 'id'>): string {
  return `${ENTITY_WORDS[scope].noun} ${name} (${id})`
}

/**
 * Return the command that adds a token to this entity: it creates one, or gives one of a wider
 * scope a role here.
 */
export function creationFor({scope, words}: TokenEntity, tokenScope: TokenScope = scope): string {
  return words.command(tokenScope === scope ? 'create' : `${tokenScope.toLowerCase()}-token add`)
}

type NamedOptions = EntityOptions & {owner: string | undefined}

function openPlace(runtime: Runtime, target: AstroTarget, options: NamedOptions): Promise<Place> | Place {
  if (options.scope === 'WORKSPACE') return openWorkspace(runtime, target, options)
  if (options.scope === 'DEPLOYMENT') return openDeployment(runtime, target, options)
  return organizationOf(target)
}

function organizationOf({organizationId, organizationName, isSeen}: AstroTarget): Place {
  return {scope: 'ORGANIZATION', id: organizationId, name: organizationName, isSeen}
}

async function openWorkspace(runtime: Runtime, target: AstroTarget, options: NamedOptions): Promise<Place> {
  const named = options.workspaceId ?? options.owner ?? idFromEnvironment(runtime, 'TOKENRY_WORKSPACE_ID')
  const wanted = named ?? target.places.workspaceId
  if (wanted === undefined) {
    const {id, name} = await pickOnly(await listWorkspaces(target), {...options, target})
    return {scope: 'WORKSPACE', id, name, isSeen: true}
  }
  // The owner of a token is known by its id: a workspace that has this name is another one.
  const find = options.workspaceId === undefined && options.owner !== undefined ? findWorkspaceById : findWorkspace
  const found = await allowForbidden(find(target, wanted))
  if (found === null) return unseenPlace('WORKSPACE', wanted)
  if (!found) throw noPlace(wanted, {target, scope: 'WORKSPACE', env: runtime.env})
  return {scope: 'WORKSPACE', id: found.id, name: found.name, isSeen: true}
}

function unseenPlace(scope: TokenScope, id: string): Place {
  return {scope, id, name: id, isSeen: false}
}

/** Open a deployment. If none is named, a workspace limits the choice. */
async function openDeployment(runtime: Runtime, target: AstroTarget, options: NamedOptions): Promise<Place> {
  const named = options.deploymentId ?? options.owner ?? idFromEnvironment(runtime, 'TOKENRY_DEPLOYMENT_ID')
  const wanted = named ?? target.places.deploymentId
  if (wanted === undefined) {
    const workspace = limitingWorkspace(runtime, target, options)
    const deployments = await listDeployments(target, workspace)
    if (deployments.length === 0) throw await noDeployment(target, workspace)
    return seenDeployment(await pickOnly(deployments, {...options, target}))
  }
  const {deploymentId, workspaceId, owner} = options
  const isOwners = deploymentId === undefined && workspaceId === undefined && owner !== undefined
  const find = isOwners ? findDeploymentById : findDeployment
  const found = await allowForbidden(find(target, wanted, workspaceId))
  if (found === null) return unseenPlace('DEPLOYMENT', wanted)
  if (!found) throw noPlace(wanted, {target, scope: 'DEPLOYMENT', env: runtime.env})
  return seenDeployment(found)
}

function seenDeployment({id, name, workspaceId}: AstroDeployment): Place {
  return {scope: 'DEPLOYMENT', id, name, isSeen: true, workspaceId}
}

/**
 * Return the workspace that limits the choice of deployments, if a flag, the environment or the
 * context names one.
 */
export function limitingWorkspace(
  runtime: Runtime,
  target: AstroTarget,
  {workspaceId}: {workspaceId?: string | undefined},
): string | undefined {
  return workspaceId ?? idFromEnvironment(runtime, 'TOKENRY_WORKSPACE_ID') ?? target.places.workspaceId
}

async function noDeployment(target: AstroTarget, workspaceId: string | undefined): Promise<AppError> {
  const where = workspaceId === undefined ? '' : ` in workspace ${workspaceId}`
  return new AppError('NOT_FOUND', `There is no deployment${where}`, {
    hint: await explainCreation(target, 'deployment', workspaceId),
  })
}

/** Return the only one of these, or the one that a person chooses. */
async function pickOnly<Item extends {id: string; name: string}>(
  items: Item[],
  {target, scope, choose}: EntityOptions & {target: AstroTarget},
): Promise<Item> {
  const {noun} = ENTITY_WORDS[scope]
  const [first] = items
  if (!first) {
    throw new AppError('NOT_FOUND', `There is no ${noun}`, {
      hint: await explainCreation(target, noun),
    })
  }
  if (items.length === 1) return first
  if (choose) return choose(noun, items)
  throw refuseUnnamed(items, {noun, list: listCommand(target, noun)})
}

function noPlace(
  wanted: string,
  {target, scope, env = {}}: {target: AstroTarget; scope: TokenScope; env?: Runtime['env']},
): AppError {
  const {noun} = ENTITY_WORDS[scope]
  const variable = `TOKENRY_${scope}_ID`
  const source = env[variable] === wanted ? `, which ${variable} names` : ''
  return new AppError('NOT_FOUND', `No ${noun} ${wanted}${source}`, {
    hint: `See them with: ${listCommand(target, noun)}`,
  })
}
