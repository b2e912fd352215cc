import {join} from 'node:path'
import {expect} from 'chai'
import {openEmbeddedService, readEmbeddedService} from '../../../../src/service/open.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {embeddedDeltaStreamApi} from '../../../../src/vendors/deltastream/embedded/embedded-api.ts'
import {openEmbeddedTokens} from '../../../../src/vendors/deltastream/embedded/open-tokens.ts'
import {DELTASTREAM_POLICY} from '../../../../src/vendors/deltastream/embedded/policy.ts'
import {seedDeltaStream} from '../../../../src/vendors/deltastream/embedded/seed.ts'
import {readSecret} from '../../../support/deltastream-http.ts'
import {makeOldStore} from '../../../support/old-store.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {TEST_NOW} from '../../../support/run-tokenry.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const ACTOR = {type: 'local', id: 'tester'} as const

describe('the seed of DeltaStream', () => {
  const seeds = [{vendor: 'deltastream', run: seedDeltaStream}]

  it('adds the roles and the owner to each organization of an older store, and to a later one', async () => {
    const folder = join(tempFolder(), 'data')
    makeOldStore(folder)
    for (const _opening of [1, 2]) {
      const {service} = await openEmbeddedService(folder, () => TEST_NOW, {newId: ASTRO_POLICY.newId, seeds})
      const organizations = await service.read.listOrganizations()
      expect(organizations.length).to.be.greaterThan(1)
      for (const {organizationId} of organizations) {
        const owner = embeddedDeltaStreamApi(service, {kind: 'owner', actor: ACTOR, organizationId})
        expect((await owner.run({statement: 'LIST ROLES'})).data).to.have.length(5)
      }
      await service.close()
    }
    const {service} = await openEmbeddedService(folder, () => TEST_NOW, {newId: ASTRO_POLICY.newId, seeds})
    const {organization} = await service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'later'})
    const {organizationId} = organization
    const owner = embeddedDeltaStreamApi(service, {kind: 'owner', actor: ACTOR, organizationId})
    const created = await owner.run({statement: "CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin)"})
    expect(created.sqlState).to.equal('00000')
    await owner.run({statement: 'CREATE ROLE a'})
    await service.deleteOrganization(ACTOR, organizationId)
    expect(await service.read.listRoles(organizationId, 'deltastream')).to.deep.equal([])
    await expectFailure(service.authenticate(DELTASTREAM_POLICY, readSecret(created)), 'UNAUTHENTICATED')
    await service.close()
  })

  it('makes an organization work that an older program created in a store that has DeltaStream', async () => {
    const folder = join(tempFolder(), 'data')
    const open = (options: object) =>
      openEmbeddedService(folder, () => TEST_NOW, {newId: ASTRO_POLICY.newId, ...options})
    await (await open({seeds})).service.close()
    const older = await open({})
    const {organization} = await older.service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'later'})
    await older.service.close()
    const {service} = await open({seeds})
    const {organizationId} = organization
    const owner = embeddedDeltaStreamApi(service, {kind: 'owner', actor: ACTOR, organizationId})
    const created = await owner.run({statement: "CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin)"})
    expect(created.sqlState).to.equal('00000')
    await service.close()
  })

  it('that has not run, in a store that can only be read, means no tokens and an error that says so', async () => {
    const folder = join(tempFolder(), 'data')
    await (await openEmbeddedService(folder, () => TEST_NOW, {newId: ASTRO_POLICY.newId})).service.close()
    const opened = await readEmbeddedService(folder, () => TEST_NOW)
    if (!opened) throw new Error('There is a store')
    const {service} = opened
    const [{organizationId = ''} = {}] = await service.read.listOrganizations()
    expect(await openEmbeddedTokens(service, ACTOR, organizationId)).to.deep.equal([])
    const owner = embeddedDeltaStreamApi(service, {kind: 'owner', actor: ACTOR, organizationId})
    const {message} = await expectFailure(owner.run({statement: 'LIST API_TOKENS'}), 'CONFIG')
    expect(message).to.contain('only be read')
    await service.close()
  })
})
