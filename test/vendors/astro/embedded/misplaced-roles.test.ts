import {expect} from 'chai'
import type {TokenRoleRow} from '../../../../src/service/store/store.ts'
import type {AstroMintedToken} from '../../../../src/vendors/astro/api.ts'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'
import {expectFailure} from '../../../support/rejection.ts'

/**
 * Older versions could store a role on an entity of another type than the role names. These tests
 * write such roles directly.
 */
describe('a stored role on an entity of the wrong type', () => {
  let http: AstroHttp
  let wide: AstroMintedToken
  beforeEach(async () => {
    http = await openAstroHttp()
    wide = await http.create({name: 'wide', scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER', entityId: ''})
  })
  afterEach(() => http.service.close())

  const path = (rest = '') => `/v1/organizations/${http.organizationId}/tokens/${wide.id}${rest}`
  const store = (role: TokenRoleRow) =>
    http.service.read.replaceTokenRoles(http.organizationId, wide.id, [
      ...wide.roles.map((each) => ({...each, deploymentId: null})),
      role,
    ])
  const bad = (): [string, TokenRoleRow, string][] => {
    const {organizationId, workspaceId, deploymentId} = http
    const row = (entityType: string, entityId: string, role: string, on: string | null = null) => {
      return {entityType, entityId, role, deploymentId: on}
    }
    return [
      [deploymentId, row('WORKSPACE', deploymentId, 'WORKSPACE_MEMBER'), 'is a deployment'],
      [organizationId, row('WORKSPACE', organizationId, 'WORKSPACE_OWNER'), 'is an organization'],
      [workspaceId, row('DEPLOYMENT', workspaceId, 'DEPLOYMENT_ADMIN'), 'is a workspace'],
      [organizationId, row('DEPLOYMENT', organizationId, 'DEPLOYMENT_ADMIN'), 'is an organization'],
      [workspaceId, row('DAG', 'etl', 'DAG_VIEWER', workspaceId), 'is a workspace'],
      [organizationId, row('DAG_TAG', 'nightly', 'DAG_VIEWER', organizationId), 'is an organization'],
      ['cnotthere0000000000000000', row('WORKSPACE', 'cnotthere0000000000000000', 'WORKSPACE_MEMBER'), 'is not there'],
    ]
  }

  it('is named by the rotation that it blocks; the token can be rotated without it', async () => {
    for (const [id, role, is] of bad()) {
      await store(role)
      const before = await http.snapshot()
      const refused = await http.call('POST', path('/rotate'))
      expect(refused.status, is).to.equal(409)
      expect(refused.body.message).to.contain(role.role).and.to.contain(`${id}, which ${is}`)
      const {details} = await expectFailure(http.owner.rotateToken(http.organizationId, wide.id), 'CONFLICT')
      expect(await http.snapshot()).to.equal(before)

      // The hint contains the whole request that fixes the problem.
      const [, body = '', url = ''] = /--json '(.*)' http:\/\/localhost:8888(\S+)/.exec(details.hint ?? '') ?? []
      expect(url).to.equal(path('/roles'))
      expect((await http.call('POST', url, {body})).status).to.equal(200)
      const rotated = await http.call('POST', path('/rotate'))
      expect(rotated.status).to.equal(200)
      expect(rotated.body.roles).to.deep.equal(wide.roles)
    }
  })

  it('is refused if it is written again, and may be left out', async () => {
    for (const [id, role] of bad()) {
      await store(role)
      const {roles} = (await http.call('GET', path())).body
      expect(roles).to.have.length(2)
      const again = await http.call('POST', path('/roles'), {body: {roles}})
      expect([again.status, again.body.message]).to.deep.equal([
        400,
        `Invalid request: no ${role.entityType === 'WORKSPACE' ? 'workspace' : 'deployment'} ${id}`,
      ])
      expect((await http.call('POST', path('/roles'), {body: {roles: wide.roles}})).status).to.equal(200)
    }
  })

  it('is neither shown nor named if it is on an id that the caller cannot see', async () => {
    const boss = await http.create({
      name: 'boss',
      scope: 'WORKSPACE',
      role: 'WORKSPACE_OWNER',
      entityId: http.workspaceId,
    })
    const guest = await http.create({
      name: 'guest',
      scope: 'WORKSPACE',
      role: 'WORKSPACE_MEMBER',
      entityId: http.workspaceId,
    })
    const own = {entityType: 'WORKSPACE', entityId: http.workspaceId, deploymentId: null, role: 'WORKSPACE_MEMBER'}
    const misplaced = {...own, entityType: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN'}
    const at = `/v1/organizations/${http.organizationId}/tokens/${guest.id}`
    for (const [entityId, status] of [
      [http.otherWorkspaceId, 403],
      [http.workspaceId, 409],
    ] as const) {
      const roles = [own, {...misplaced, entityId}]
      await http.service.read.replaceTokenRoles(http.organizationId, guest.id, roles)
      const refused = await http.call('POST', `${at}/rotate`, {as: boss.token})
      expect(refused.status).to.equal(status)
      const shown = JSON.stringify([refused.body, (await http.call('GET', at, {as: boss.token})).body])
      expect(shown).to.not.contain(http.otherWorkspaceId)
    }
  })
})
