import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import {idFromEnvironment} from '../service/environment.ts'
import {creationOfDeployment, listDeployments, listWorkspaces} from './directory.ts'
import {contextFlagOf, listCommand, targetFlags} from './hint-commands.ts'
import {type AstroTarget, openTarget, type TargetOptions} from './target.ts'
import {verdictOnValue} from './token-of-value.ts'

/** The organization, workspace or deployment whose tokens a command works on. */
export interface TokenEntity {
  target: AstroTarget
  scope: TokenScope
  id: string
  name: string
  /** The workspace of a deployment. */
  workspaceId?: string
  /** The agent tokens of a deployment, which the API keeps apart from the others. */
  agents?: boolean
}

/** Ask which of several there are. */
export type Choose = <Item extends {id: string; name: string}>(noun: string, items: Item[]) => Promise<Item>

export interface EntityOptions extends Omit<TargetOptions, 'chooseOrganization'> {
  scope: TokenScope
  workspaceId?: string | undefined
  deploymentId?: string | undefined
  /** The value of the token that the command is about: it says which entity, where no flag does. */
  secret?: string | undefined
  /** Absent where no question may be asked. */
  choose?: Choose | undefined
}

interface EntityWords {
  /** As it stands in a sentence. */
  noun: 'deployment' | 'workspace' | 'organization'
  /** As it stands before `API token`. */
  title: string
  flag: string
}

export const ENTITY_WORDS: Record<TokenScope, EntityWords> = {
  DEPLOYMENT: {noun: 'deployment', title: 'Deployment', flag: '--deployment-id'},
  WORKSPACE: {noun: 'workspace', title: 'Workspace', flag: '--workspace-id'},
  ORGANIZATION: {noun: 'organization', title: 'Organization', flag: '--organization-id'},
}

/** The entity that is named, by a flag, the environment or the context, or the only one there is. USAGE if `secret` is not a token. */
export async function openEntity(runtime: Runtime, options: EntityOptions): Promise<TokenEntity> {
  const byValue = options.secret === undefined ? null : (await verdictOnValue(runtime, options.secret)).token
  const {choose} = options
  const target = await openTarget(runtime, {
    ...options,
    organizationId: options.organizationId ?? byValue?.organizationId,
    chooseOrganization: choose && ((organizations) => choose('organization', organizations)),
  })
  const owner = byValue?.scope === options.scope ? byValue.ownerId : undefined
  if (options.scope === 'WORKSPACE') return openWorkspace(runtime, target, {...options, owner})
  if (options.scope === 'DEPLOYMENT') return openDeployment(runtime, target, {...options, owner})
  return organizationOf(target)
}

export function organizationOf(target: AstroTarget): TokenEntity {
  return {target, scope: 'ORGANIZATION', id: target.organizationId, name: target.organizationName}
}

/** The workspace that a deployment is in, or another one of its organization. NOT_FOUND when it is not there. */
export async function workspaceOf(entity: TokenEntity, workspaceId = entity.workspaceId): Promise<TokenEntity> {
  const {target} = entity
  const wanted = workspaceId ?? ''
  const {id, name} = findById(await listWorkspaces(target, wanted), wanted, {target, scope: 'WORKSPACE'})
  return {target, scope: 'WORKSPACE', id, name}
}

/** `deployment default (cl…)` */
export function describeEntity({scope, name, id}: TokenEntity): string {
  return `${ENTITY_WORDS[scope].noun} ${name} (${id})`
}

/** A command about the tokens of this entity, as a person types it: `tokenry deployment token list --deployment-id cl…`. */
export function commandFor(
  {target, scope, id, agents}: Pick<TokenEntity, 'target' | 'scope' | 'id' | 'agents'>,
  words: string,
): string {
  const {noun, flag} = ENTITY_WORDS[scope]
  const where = scope === 'ORGANIZATION' ? contextFlagOf(target) : targetFlags(target)
  return `tokenry ${noun} token ${words} ${flag} ${id}${where}${agents ? ' --agent' : ''}`
}

/** What brings a token to this entity: making one, or giving one of a wider scope a role here. */
export function creationFor(entity: TokenEntity, scope: TokenScope = entity.scope): string {
  return commandFor(entity, scope === entity.scope ? 'create' : `${scope.toLowerCase()}-token add`)
}

type NamedOptions = EntityOptions & {owner: string | undefined}

async function openWorkspace(runtime: Runtime, target: AstroTarget, options: NamedOptions): Promise<TokenEntity> {
  const named = options.workspaceId ?? options.owner ?? idFromEnvironment(runtime, 'TOKENRY_WORKSPACE_ID')
  const wanted = named ?? target.workspaceId
  const workspaces = await listWorkspaces(target, wanted)
  const {id, name} = await oneOf(workspaces, wanted, {...options, target, env: runtime.env})
  return {target, scope: 'WORKSPACE', id, name}
}

/** A workspace limits what there is to choose from; a deployment that is named needs none. */
async function openDeployment(runtime: Runtime, target: AstroTarget, options: NamedOptions): Promise<TokenEntity> {
  const named = options.deploymentId ?? options.owner ?? idFromEnvironment(runtime, 'TOKENRY_DEPLOYMENT_ID')
  const wanted = named ?? target.deploymentId
  const workspaceId = wanted === undefined ? limitingWorkspace(runtime, target, options) : options.workspaceId
  const deployments = await listDeployments(target, workspaceId, wanted)
  if (wanted === undefined && deployments.length === 0) throw await noDeployment(target, workspaceId)
  const deployment = await oneOf(deployments, wanted, {...options, target, env: runtime.env})
  return {target, scope: 'DEPLOYMENT', id: deployment.id, name: deployment.name, workspaceId: deployment.workspaceId}
}

/** The workspace that limits which deployments there are to choose from, where a flag, the environment or the context names one. */
export function limitingWorkspace(
  runtime: Runtime,
  target: AstroTarget,
  {workspaceId}: {workspaceId?: string | undefined},
): string | undefined {
  return workspaceId ?? idFromEnvironment(runtime, 'TOKENRY_WORKSPACE_ID') ?? target.workspaceId
}

async function noDeployment(target: AstroTarget, workspaceId: string | undefined): Promise<AppError> {
  const where = workspaceId === undefined ? '' : ` in workspace ${workspaceId}`
  return new AppError('NOT_FOUND', `There is no deployment${where}`, {
    hint: `Make one with: ${await creationOfDeployment(target, workspaceId)}`,
  })
}

async function oneOf<Item extends {id: string; name: string}>(
  items: Item[],
  wanted: string | undefined,
  {target, scope, choose, env}: EntityOptions & {target: AstroTarget; env: Runtime['env']},
): Promise<Item> {
  const {noun, flag} = ENTITY_WORDS[scope]
  if (wanted !== undefined) return findById(items, wanted, {target, scope, env})
  const [first] = items
  if (!first) {
    throw new AppError('NOT_FOUND', `There is no ${noun}`, {
      hint: `Make one with: tokenry service ${noun} create NAME${targetFlags(target)}`,
    })
  }
  if (items.length === 1) return first
  if (choose) return choose(noun, items)
  throw new AppError('USAGE', `There are ${items.length} ${noun}s, and nothing says which`, {
    hint: `Say which with ${flag}; see them with: ${listCommand(target, ENTITY_WORDS[scope].noun)}`,
  })
}

function findById<Item extends {id: string}>(
  items: Item[],
  id: string,
  {target, scope, env = {}}: {target: AstroTarget; scope: TokenScope; env?: Runtime['env']},
): Item {
  const found = items.find((item) => item.id === id)
  if (found) return found
  const {noun} = ENTITY_WORDS[scope]
  const variable = `TOKENRY_${scope}_ID`
  const source = env[variable] === id ? `, which ${variable} names` : ''
  throw new AppError('NOT_FOUND', `No ${noun} ${id}${source}`, {
    hint: `See them with: ${listCommand(target, ENTITY_WORDS[scope].noun)}`,
  })
}
