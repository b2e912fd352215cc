import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {AstroMintedToken, AstroTokenRole, TokenScope} from '../../../src/vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {type AstroHttp, openAstroHttp} from '../../support/astro-http.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

interface TokenPlan {
  /** The placeholder for its id in a recorded run, without braces. */
  key: string
  name: string
  scope: TokenScope
  /** Entity, without braces, and role. The first role is that of the token's own scope. */
  roles: [keyof typeof ENTITY_TYPES, string][]
  ageMs: number
}

const ENTITY_TYPES = {
  org: 'ORGANIZATION',
  workspace: 'WORKSPACE',
  'other-workspace': 'WORKSPACE',
  deployment: 'DEPLOYMENT',
  'other-deployment': 'DEPLOYMENT',
  'dag-etl': 'DAG',
  'tag-nightly': 'DAG_TAG',
} as const

/**
 * Recent enough for `Just now`. Each token has a different second, so that the order of lists is
 * fixed.
 */
const secondsAgo = (seconds: number) => seconds * 1000

const PLANS: TokenPlan[] = [
  {
    key: 'org-one',
    name: 'Org One',
    scope: 'ORGANIZATION',
    roles: [['org', 'ORGANIZATION_MEMBER']],
    ageMs: 3 * DAY_MS + MINUTE_MS,
  },
  {
    key: 'ws-one',
    name: 'Ws One',
    scope: 'WORKSPACE',
    roles: [['workspace', 'WORKSPACE_MEMBER']],
    ageMs: DAY_MS + MINUTE_MS,
  },
  {
    key: 'org-wide',
    name: 'Org Wide',
    scope: 'ORGANIZATION',
    roles: [
      ['org', 'ORGANIZATION_OWNER'],
      ['workspace', 'WORKSPACE_MEMBER'],
      ['deployment', 'DEPLOYMENT_ADMIN'],
      ['dag-etl', 'DAG_VIEWER'],
      ['tag-nightly', 'DAG_AUTHOR'],
      ['other-workspace', 'WORKSPACE_OWNER'],
    ],
    ageMs: 2 * HOUR_MS + MINUTE_MS,
  },
  ...[5 * MINUTE_MS + 5000, secondsAgo(20)].map(
    (ageMs, index): TokenPlan => ({
      key: `dup-${index + 1}`,
      name: 'Dup',
      scope: 'ORGANIZATION',
      roles: [
        ['org', 'ORGANIZATION_MEMBER'],
        ['workspace', 'WORKSPACE_AUTHOR'],
        ['deployment', 'custom'],
      ],
      ageMs,
    }),
  ),
  {
    key: 'ws-wide',
    name: 'Ws Wide',
    scope: 'WORKSPACE',
    roles: [
      ['workspace', 'WORKSPACE_AUTHOR'],
      ['deployment', 'DEPLOYMENT_ADMIN'],
    ],
    ageMs: secondsAgo(19),
  },
  {
    key: 'ws-accessor',
    name: 'Ws Accessor',
    scope: 'WORKSPACE',
    roles: [['workspace', 'WORKSPACE_ACCESSOR']],
    ageMs: secondsAgo(18),
  },
  {
    key: 'ws-other',
    name: 'Ws Other',
    scope: 'WORKSPACE',
    roles: [['other-workspace', 'WORKSPACE_OWNER']],
    ageMs: secondsAgo(17),
  },
  {
    key: 'dep-one',
    name: 'Dep One',
    scope: 'DEPLOYMENT',
    roles: [['deployment', 'DEPLOYMENT_ADMIN']],
    ageMs: secondsAgo(16),
  },
  {
    key: 'dep-custom',
    name: 'Dep Custom',
    scope: 'DEPLOYMENT',
    roles: [['deployment', 'custom']],
    ageMs: secondsAgo(15),
  },
  {
    key: 'dep-percent',
    name: '50% off ü',
    scope: 'DEPLOYMENT',
    roles: [['deployment', 'DEPLOYMENT_ADMIN']],
    ageMs: secondsAgo(14),
  },
  {
    key: 'dep-other',
    name: 'Dep Other',
    scope: 'DEPLOYMENT',
    roles: [['other-deployment', 'DEPLOYMENT_ADMIN']],
    ageMs: secondsAgo(13),
  },
]

/**
 * A token as a run may change it. `value` is the state of the secret that the token had before the
 * run.
 */
export interface TokenState {
  name: string
  description: string
  scope: TokenScope
  roles: string[]
  expiryPeriodInDays?: number
  value: string
}

export interface World extends AstroHttp {
  /** The tokens that existed before the run, by their placeholder. */
  tokens: Map<string, AstroMintedToken>
  /**
   * Replace the placeholders in a text of a recorded run, such as `{org}`, `{dep-one}` or
   * `{caller.value}`. `{ORG}` becomes the id in capitals.
   */
  expand(text: string): string
  /**
   * The reverse. An unknown secret becomes `{value of <token>}` if it works and `{dead value}` if
   * not.
   */
  normalise(text: string): Promise<string>
  /** Return every live token by its placeholder. A token that the run created is `new`. */
  readState(): Promise<Record<string, TokenState>>
}

/**
 * A closed service with the tokens of the recorded runs. Any number of worlds can be opened from
 * it.
 */
export interface FrozenWorld {
  nowMs: number
  storeFile: Buffer
  tokens: Map<string, AstroMintedToken>
  /** Ids of everything except tokens, by placeholder. */
  entities: Record<string, string>
}

/** Open a new world. `nowMs`: the time of its clock, in epoch milliseconds. */
export async function openWorld(nowMs: number): Promise<World> {
  return thawWorld(await freezeWorld(nowMs))
}

export async function thawWorld({nowMs, storeFile, tokens, entities}: FrozenWorld): Promise<World> {
  const ownerToken = tokens.get('caller')
  const http = await openAstroHttp({nowMs, storeFile, ...(ownerToken ? {ownerToken} : {})})
  return {...http, tokens, ...placeholders(http, tokens, entities)}
}

export async function freezeWorld(nowMs: number): Promise<FrozenWorld> {
  const http = await openAstroHttp({nowMs: nowMs - 10_000})
  await http.owner.updateToken(http.organizationId, http.ownerToken.id, {name: 'Caller'})
  const entities = {
    org: http.organizationId,
    workspace: http.workspaceId,
    'other-workspace': http.otherWorkspaceId,
    deployment: http.deploymentId,
    'other-deployment': http.otherDeploymentId,
    'dag-etl': 'etl',
    'tag-nightly': 'nightly',
    ...(await addRoles(http)),
  }
  const tokens = new Map([['caller', http.ownerToken]])
  for (const plan of PLANS) {
    http.clock.nowMs = nowMs - plan.ageMs
    tokens.set(plan.key, await addToken(http, plan, entities))
  }
  await http.service.close()
  return {nowMs, storeFile: readFileSync(join(http.dataFolder, 'tokenry.db')), tokens, entities}
}

async function addRoles({service, organizationId, clock}: AstroHttp): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  for (const name of ['custom', 'viewer']) {
    const role = {organizationId, vendor: 'astro', scopeType: 'DEPLOYMENT', name, description: `May ${name}`}
    ids[`role-${name}`] = (await service.createRole(ASTRO_POLICY, {type: 'local', id: 'tester'}, role)).id
    clock.nowMs += 1000
  }
  return ids
}

/** Create a token. The caller creates `Org Wide`, so that lists also show a token as a creator. */
async function addToken(http: AstroHttp, plan: TokenPlan, entities: Record<string, string>): Promise<AstroMintedToken> {
  const {organizationId, owner} = http
  const roles = plan.roles.map(([entity, role]): AstroTokenRole => {
    const entityType = ENTITY_TYPES[entity]
    const isDag = entityType === 'DAG' || entityType === 'DAG_TAG'
    return {entityType, entityId: entities[entity] ?? '', role, ...(isDag ? {deploymentId: http.deploymentId} : {})}
  })
  const [own] = roles
  const api = plan.key === 'org-wide' ? await http.as(http.ownerToken) : owner
  const minted = await api.createToken(organizationId, {
    name: plan.name,
    description: `About ${plan.name}`,
    scope: plan.scope,
    role: own?.role ?? '',
    ...(plan.scope === 'ORGANIZATION' ? {} : {entityId: own?.entityId ?? ''}),
  })
  if (roles.length > 1) await owner.updateTokenRoles(organizationId, minted.id, roles)
  return minted
}

/**
 * Secrets are replaced before ids. A secret does not contain the id of its token in readable form,
 * but nothing should depend on that order.
 */
const TOKEN_VALUE = /[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}/g
const UUID = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g
const CUID = /\bc[0-9a-z]{24}\b/g

function placeholders(
  http: AstroHttp,
  tokens: Map<string, AstroMintedToken>,
  entities: Record<string, string>,
): Pick<World, 'expand' | 'normalise' | 'readState'> {
  const {service, owner, organizationId} = http
  const meanings = new Map(Object.entries(entities))
  for (const [key, {id, token}] of tokens) meanings.set(key, id).set(`${key}.value`, token)
  const keyOf = (text: string) => [...meanings].find(([, meaning]) => meaning === text)?.[0]
  const keyOfId = (id: string) => keyOf(id) ?? 'new'

  async function nameValue(value: string): Promise<string> {
    const verdict = await service.verify(value)
    if (!verdict.valid) return '{dead value}'
    const key = keyOf(value)
    return key ? `{${key}}` : `{value of ${keyOfId(verdict.token.id)}}`
  }

  return {
    expand: (text) =>
      text
        .replaceAll(/\{([a-z][a-z0-9.-]*)\}/g, (whole, key: string) => meanings.get(key) ?? whole)
        .replaceAll(/\{([A-Z][A-Z0-9-]*)\}/g, (whole, key: string) => {
          return meanings.get(key.toLowerCase())?.toUpperCase() ?? whole
        }),
    async normalise(text) {
      let named = text
      for (const value of new Set(text.match(TOKEN_VALUE))) named = named.replaceAll(value, await nameValue(value))
      return named.replaceAll(CUID, (id) => `{${keyOfId(id)}}`).replaceAll(UUID, '{request}')
    },
    async readState() {
      const state: Record<string, TokenState> = {}
      for (const token of await owner.listLiveTokens(organizationId, {})) {
        const key = keyOfId(token.id)
        const before = tokens.get(key)
        const verdict = before && (await service.verify(before.token))
        const {name, description, scope, expiryPeriodInDays} = token
        state[key] = {
          name,
          description,
          scope,
          roles: token.roles.map(({entityId, role}) => `${role} on ${keyOf(entityId)}`),
          ...(expiryPeriodInDays === undefined ? {} : {expiryPeriodInDays}),
          value: !verdict ? 'new' : verdict.valid ? 'works' : verdict.reason,
        }
      }
      return state
    },
  }
}

/**
 * Return the changes of a run: the changed fields of each changed token, all fields of a new one,
 * and null for one that is gone.
 */
export function differences(
  before: Record<string, TokenState>,
  after: Record<string, TokenState>,
): Record<string, Partial<TokenState> | null> {
  const changes: Record<string, Partial<TokenState> | null> = {}
  for (const key of Object.keys({...before, ...after})) {
    const [old, now] = [before[key], after[key]]
    if (!now) changes[key] = null
    else if (!old) changes[key] = now
    else {
      const fields = Object.entries(now).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name as keyof TokenState]),
      )
      if (fields.length > 0) changes[key] = Object.fromEntries(fields)
    }
  }
  return changes
}
