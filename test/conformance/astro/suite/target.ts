import {expect} from 'chai'
import type {AstroApi, AstroMintedToken, CreateTokenBody} from '../../../../src/vendors/astro/api.ts'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'
import type {TestServiceOptions} from '../../../support/test-service.ts'

/** One way in which the Astro API is answered. */
export interface AstroStack {
  title: string
  /** How the service behind it is opened, if not in the usual way. */
  service?: TestServiceOptions
  /** The API for whoever has this value, good or bad. Each call is a request of its own. */
  connect(service: AstroHttp, value: string): AstroApi
}

/** A new service behind a stack, with the token of an owner of the organization. */
export interface SuiteTarget extends AstroHttp {
  /** The API for that owner. */
  api: AstroApi
  connect(minted: {token: string}): AstroApi
  /** A token; unless `body` says otherwise, an administrator of the first deployment. A second passes for each. */
  mint(body?: Partial<CreateTokenBody>): Promise<AstroMintedToken>
}

export type OpenTarget = () => Promise<SuiteTarget>

export async function openTarget({connect, service: options = {}}: AstroStack): Promise<SuiteTarget> {
  const service = await openAstroHttp({inMemory: true, ...options})
  const api = connect(service, service.ownerToken.token)
  return {
    ...service,
    api,
    connect: ({token}) => connect(service, token),
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

/** A new target for each test, closed after it. */
export function useTarget(open: OpenTarget): {current: SuiteTarget} {
  const target = {} as {current: SuiteTarget}
  beforeEach(async () => {
    target.current = await open()
  })
  afterEach(() => target.current.service.close())
  return target
}

/** What a refusal must leave as it was: expects the same store after the attempt. */
export async function expectNoChange(target: SuiteTarget, attempt: () => Promise<unknown>): Promise<void> {
  const before = await target.snapshot()
  await attempt()
  expect(await target.snapshot()).to.equal(before)
}
