import {randomUUID} from 'node:crypto'
import {join} from 'node:path'
import {readApiUrl} from '../../src/config/api-url.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import type {IssuedToken, TokenSpec} from '../../src/service/tokens/issue.ts'
import type {TokenPolicy} from '../../src/service/tokens/policy.ts'
import {ASTRO} from '../../src/vendors/astro/vendor.ts'
import {VENDORS} from '../../src/vendors/index.ts'
import type {Vendor, VendorApi} from '../../src/vendors/vendor.ts'

/** How the made-up vendor would be reached. */
export const TINY_API: VendorApi = {
  defaultUrl: 'https://api.tiny.example/v2',
  checkUrl: readApiUrl,
  findUrl: ({TINY_URL: url}) => (url === undefined ? null : {url: new URL(url), source: 'TINY_URL'}),
  readCredential: () => ({expiresAt: null, places: {}}),
  signIn: async () => ({}),
  withTokens: async (_target, _machine, {use}) => use([]),
}

/** A made-up vendor. Code that works for it works for any entry in the list of vendors. */
export const TINY: Vendor = {
  name: 'tiny',
  title: 'Tiny',
  tool: {
    credentials: [{name: 'TINY_KEY', meaning: 'A credential of Tiny'}],
    companions: [],
    session: {
      variables: [],
      findFile: ({homeFolder}) => join(homeFolder, '.tiny'),
      useLine: 'export TINY_TOKEN=...',
      isSignedIn: (content) => content.startsWith('key='),
    },
  },
  places: [{key: 'drawer', flag: 'drawer', description: 'Drawer that its commands use'}],
  loadApi: async () => TINY_API,
  loadPolicy: async () => TINY_POLICY,
  hasDirectory: false,
  lifetime: {unit: 'second', min: 60, max: 900, unitRequired: true, never: false},
  findCommands: async (_, {id, kind}) => ({
    rotate: kind === 'stamp' ? null : `tokenry tiny token rotate ${id}`,
    noun: kind === 'stamp' ? 'stamp' : 'key',
    command: (words) => `tokenry tiny token ${words}`,
  }),
  async openEmbeddedTokens(service, _actor, organizationId) {
    const {listTinyTokens} = await import('./tiny-port.ts')
    return [{list: () => listTinyTokens(service, organizationId)}]
  },
  async openToken(service, actor, {id: tokenId, name, organizationId, ownerId: user, fragment}) {
    const {tinyTokenPort} = await import('./tiny-port.ts')
    const record = {id: tokenId, name, ...(fragment === null ? {} : {fragment})}
    return {
      record,
      port: {
        ...tinyTokenPort(service, {organizationId, user}),
        end: () => service.delete(TINY_POLICY, actor, {organizationId, tokenId}),
      },
      readAgain: async () => record,
      findOwnVariable: (env) => (env['TINY_KEY'] === tokenId ? 'TINY_KEY' : null),
    }
  },
}

/** The vendors of the program and the made-up one. */
export const WITH_TINY: readonly Vendor[] = [...VENDORS, TINY]

/** For tests of what one vendor, or one of two, is to the commands that work with all vendors. */
export const ONLY_ASTRO: readonly Vendor[] = [ASTRO]
export const ASTRO_AND_TINY: readonly Vendor[] = [ASTRO, TINY]

export const TINY_POLICY: TokenPolicy = {
  vendor: TINY.name,
  newId: (kind) => (kind === 'token' ? `tiny:${randomUUID()}` : randomUUID()),
  tokensEndedWith: () => null,
  kindsInSameList: (kind) => [kind],
  namesUniqueIn: 'owner',
  useNotedEveryMs: 60_000,
  lifetimeStepMs: 1,
  claims: async () => ({drawer: 'top'}),
}

/**
 * Create a token of the made-up vendor that belongs to a workspace. `changes` can change its
 * fields.
 */
export function issueTinyToken(
  service: TokenService,
  owner: {organizationId: string; workspaceId: string},
  changes: Partial<TokenSpec> = {},
): Promise<IssuedToken> {
  return service.issue(
    TINY_POLICY,
    {type: 'local', id: 'tester'},
    {
      organizationId: owner.organizationId,
      scope: 'WORKSPACE',
      ownerId: owner.workspaceId,
      kind: 'key',
      name: 'tiny key',
      description: '',
      lifetimeMs: 600_000,
      roles: [],
      uniqueName: false,
      allow: async () => {},
      ...changes,
    },
  )
}
