import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import {embeddedAstroApi} from '../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {fillStore} from '../../test/support/fill-store.ts'

/** A prepared installation, and what the requests of the scenarios name. */
export interface LoadTarget {
  /** The file of the store. */
  file: string
  organizationId: string
  /** The deployment of the new installation. The minted tokens belong to it. */
  deploymentId: string
  ownerToken: string
  /** The minted tokens, which have secrets. */
  minted: {id: string; secret: string}[]
  /** How many tokens the store has, without the token of the owner. */
  tokens: number
}

interface StoreShape {
  tokens: number
  /**
   * Each has one deployment. The tokens without secrets are distributed over them (default: 100).
   */
  workspaces?: number
  /** How many of the tokens have secrets (default: a tenth, between 1000 and 10 000). */
  mintedTokens?: number
}

/** How many tokens are created together. The store refuses more than 1000 changes that wait. */
const BATCH = 500

/**
 * Create an installation with this many tokens in the folder `home`. The tokens with secrets are
 * created by the service, all others by SQL.
 */
export async function prepareStore(home: string, shape: StoreShape): Promise<LoadTarget> {
  const {tokens, workspaces = 100, mintedTokens = Math.min(10_000, Math.max(1000, tokens / 10))} = shape
  mkdirSync(home, {recursive: true, mode: 0o700})
  const {service, storage} = await openEmbeddedService(join(home, 'data'), Date.now, ASTRO_POLICY)
  try {
    const [organization] = await service.read.listOrganizations()
    const organizationId = organization?.organizationId ?? ''
    const [deployment] = await service.read.listDeployments(organizationId)
    const deploymentId = deployment?.id ?? ''
    const [key] = await service.read.listSigningKeys()
    const place = {organizationId, keyId: key?.id ?? '', nowMs: Date.now() - 86_400_000}
    const filled = Math.max(0, tokens - mintedTokens)
    await fillQuickly(storage.file, {tokens: filled, workspaces}, place)
    const minted = await mintTokens(service, {organizationId, deploymentId, count: mintedTokens})
    const owner = {name: 'owner', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'} as const
    const {token: ownerToken} = await ownerApi(service).createToken(organizationId, owner)
    return {file: storage.file, organizationId, deploymentId, ownerToken, minted, tokens: filled + mintedTokens}
  } finally {
    await service.close()
  }
}

/** Return the API for the owner of the store. */
export function ownerApi(service: TokenService) {
  return embeddedAstroApi(service, {kind: 'owner', actor: {type: 'local', id: 'bench'}})
}

/**
 * Fill the store in one transaction, without waiting for the disk. The indexes of a million tokens
 * fit into the cache. Without it, their pages are written to disk several times.
 */
async function fillQuickly(
  file: string,
  size: Parameters<typeof fillStore>[1],
  place: Parameters<typeof fillStore>[2],
): Promise<void> {
  const db = new DatabaseSync(file)
  try {
    db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; BEGIN')
    await fillStore((sql, params) => db.prepare(sql).run(...params), size, place)
    db.exec('COMMIT')
  } finally {
    db.close()
  }
}

async function mintTokens(
  service: TokenService,
  {organizationId, deploymentId, count}: {organizationId: string; deploymentId: string; count: number},
): Promise<LoadTarget['minted']> {
  const api = ownerApi(service)
  const body = {name: 'minted', scope: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'} as const
  const minted: LoadTarget['minted'] = []
  while (minted.length < count) {
    const length = Math.min(BATCH, count - minted.length)
    const made = await Promise.all(Array.from({length}, () => api.createToken(organizationId, body)))
    minted.push(...made.map(({id, token}) => ({id, secret: token})))
  }
  return minted
}
