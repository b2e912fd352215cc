import {expect} from 'chai'
import type {AstroApi, AstroMintedToken, CreateTokenBody} from '../../../../src/vendors/astro/api.ts'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'
import type {TestServiceOptions} from '../../../support/test-service.ts'

/** One implementation of the Astro API. */
export interface AstroStack {
  title: string
  /** How the service behind it is opened (default: a plain service in memory). */
  service?: TestServiceOptions
  /**
   * Return the API for the caller with this secret, which may be invalid. Each call is a separate
   * request. `onClose` takes work for the end of the test.
   */
  connect(service: AstroHttp, value: string, onClose: OnClose): AstroApi
}

export type OnClose = (work: () => Promise<void>) => void

/** A new service behind a stack, with the token of an owner of the organization. */
export interface SuiteTarget extends AstroHttp {
  /** The API for that owner. */
  api: AstroApi
  connect(minted: {token: string}): AstroApi
  /**
   * Create a token (default: an administrator of the first deployment). The clock advances by a
   * second.
   */
  mint(body?: Partial<CreateTokenBody>): Promise<AstroMintedToken>
  close(): Promise<void>
}

export type OpenTarget = () => Promise<SuiteTarget>

export async function openTarget({connect, service: options = {}}: AstroStack): Promise<SuiteTarget> {
  const service = await openAstroHttp({inMemory: true, ...options})
  const closing: (() => Promise<void>)[] = []
  const onClose: OnClose = (work) => closing.push(work)
  const api = connect(service, service.ownerToken.token, onClose)
  return {
    ...service,
    api,
    connect: ({token}) => connect(service, token, onClose),
    async close() {
      await Promise.all(closing.map((work) => work()))
      await service.service.close()
    },
    mint(body = {}) {
      service.clock.nowMs += 1000
      const scope = body.scope ?? 'DEPLOYMENT'
      const entityId = {ORGANIZATION: '', WORKSPACE: service.workspaceId, DEPLOYMENT: service.deploymentId}[scope]
      const role = {ORGANIZATION: 'ORGANIZATION_MEMBER', WORKSPACE: 'WORKSPACE_MEMBER', DEPLOYMENT: 'DEPLOYMENT_ADMIN'}
      const given = scope === 'ORGANIZATION' ? {} : {entityId}
      return api.createToken(service.organizationId, {name: 'ci', scope, role: role[scope], ...given, ...body})
    },
  }
}

/** Open a new target for each test, and close it after the test. */
export function useTarget(open: OpenTarget): {current: SuiteTarget} {
  const target = {} as {current: SuiteTarget}
  beforeEach(async () => {
    target.current = await open()
  })
  afterEach(() => target.current.close())
  return target
}

/** Expect the store to be the same after the attempt, which is refused. */
export async function expectNoChange(target: SuiteTarget, attempt: () => Promise<unknown>): Promise<void> {
  const before = await target.snapshot()
  await attempt()
  expect(await target.snapshot()).to.equal(before)
}
