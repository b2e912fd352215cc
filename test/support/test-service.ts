import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {createSortableIds} from '../../src/lib/ids.ts'
import type {Actor} from '../../src/service/context.ts'
import {seedInstallation} from '../../src/service/first-start.ts'
import {openEmbeddedService, openEphemeralService} from '../../src/service/open.ts'
import type {SqlEngine} from '../../src/service/store/sql/engine.ts'
import {migrate} from '../../src/service/store/sql/migrate.ts'
import {createSqlStore} from '../../src/service/store/sql/store.ts'
import {createSqliteEngine} from '../../src/service/store/sqlite/engine.ts'
import {createTokenService, type TokenService} from '../../src/service/token-service.ts'
import type {IssuedToken, TokenSpec} from '../../src/service/tokens/issue.ts'
import type {TokenPolicy} from '../../src/service/tokens/policy.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {TEST_NOW} from './run-tokenry.ts'
import {tempFolder, tempFolderOfFile} from './temp-folder.ts'

export interface TestService {
  service: TokenService
  organizationId: string
  workspaceId: string
  deploymentId: string
  /** The clock of the service, in epoch milliseconds. */
  clock: {nowMs: number}
  /** The folder of the store. */
  dataFolder: string
}

export interface TestServiceOptions {
  /** The first time of the clock, in epoch milliseconds. */
  nowMs?: number
  /** The store file of another service that was closed (default: a new installation). */
  storeFile?: Buffer
  /** Keep nothing on the disk. This is faster if a test needs many services. */
  inMemory?: boolean
  /** Wrap the engine in memory in another one. */
  wrapEngine?: (engine: SqlEngine) => SqlEngine
}

/**
 * Open a new installation with a real store in a temporary folder, and a clock that stands still
 * until it is set.
 */
export async function openTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const clock = {nowMs: options.nowMs ?? TEST_NOW}
  // A given store is used by all tests of a file. A store that is removed while it is open stops
  // working.
  const dataFolder = join(options.storeFile ? tempFolderOfFile() : tempFolder(), 'data')
  const service = await openService(dataFolder, () => clock.nowMs, options)
  const [organization] = await service.read.listOrganizations()
  const organizationId = organization?.organizationId ?? ''
  const [deployment] = await service.read.listDeployments(organizationId)
  return {
    service,
    organizationId,
    workspaceId: deployment?.workspaceId ?? '',
    deploymentId: deployment?.id ?? '',
    clock,
    dataFolder,
  }
}

async function openService(
  dataFolder: string,
  now: () => number,
  {storeFile, inMemory, wrapEngine}: TestServiceOptions,
): Promise<TokenService> {
  if (wrapEngine) return openWrappedService(now, wrapEngine)
  if (inMemory) return openEphemeralService(now, ASTRO_POLICY)
  if (storeFile) {
    mkdirSync(dataFolder, {mode: 0o700})
    writeFileSync(join(dataFolder, 'tokenry.db'), storeFile, {mode: 0o600})
  }
  return (await openEmbeddedService(dataFolder, now, ASTRO_POLICY)).service
}

async function openWrappedService(
  now: () => number,
  wrapEngine: (engine: SqlEngine) => SqlEngine,
): Promise<TokenService> {
  const db = new DatabaseSync(':memory:')
  db.exec('PRAGMA foreign_keys = ON')
  const engine = createSqliteEngine(db, 'the store in memory')
  await engine.transaction((connection) => migrate(connection, {from: 0, nowMs: now()}))
  const store = createSqlStore(wrapEngine(engine))
  await store.transaction((session) => seedInstallation(session, {nowMs: now(), newId: ASTRO_POLICY.newId}))
  const installation = await store.readInstallation()
  return createTokenService({store, installation, now, newSortableId: createSortableIds(), seeds: []})
}

/** Create a token of the deployment, without an expiry. */
export function issueTestToken(
  {service, organizationId, deploymentId}: Pick<TestService, 'service' | 'organizationId' | 'deploymentId'>,
  changes: Partial<TokenSpec> = {},
  policy: TokenPolicy = ASTRO_POLICY,
): Promise<IssuedToken> {
  const actor: Actor = {type: 'local', id: 'tester'}
  return service.issue(policy, actor, {
    organizationId,
    scope: 'DEPLOYMENT',
    ownerId: deploymentId,
    kind: 'STANDARD',
    name: 'ci',
    description: '',
    lifetimeMs: null,
    roles: [{entityType: 'DEPLOYMENT', entityId: deploymentId, deploymentId: null, role: 'DEPLOYMENT_ADMIN'}],
    uniqueName: false,
    allow: async () => {},
    ...changes,
  })
}
