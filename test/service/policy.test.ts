import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {Actor} from '../../src/service/context.ts'
import {openEmbeddedService, openEphemeralService} from '../../src/service/open.ts'
import type {NewId, TokenPolicy} from '../../src/service/tokens/policy.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {issueTestToken, openTestService, type TestService} from '../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}

/** Return a function that creates ids with the name of their kind. */
function countingIds(): NewId {
  let made = 0
  return (kind) => {
    made += 1
    return `${kind}/${made}`
  }
}

describe('the policy of a vendor', () => {
  let test: TestService
  beforeEach(async () => {
    test = await openTestService({inMemory: true})
  })
  afterEach(() => test.service.close())

  it('decides the form of every id that the service creates', async () => {
    const {service, organizationId, workspaceId} = test
    const policy: TokenPolicy = {...ASTRO_POLICY, newId: countingIds()}
    const {organization, workspace, deployment} = await service.createOrganization(policy, ACTOR, {name: 'o'})
    const role = {organizationId, scopeType: 'DAG', name: 'r', description: ''}
    const account = {organizationId, kind: 'USER', name: 'a', nameKey: 'a', email: null}
    const ids = [
      organization.organizationId,
      workspace.id,
      deployment.id,
      (await service.createWorkspace(policy, ACTOR, {organizationId, name: 'w', description: ''})).id,
      (await service.createDeployment(policy, ACTOR, {organizationId, workspaceId, name: 'd'})).id,
      (await service.createRole(policy, ACTOR, role)).id,
      (await service.createAccount(policy, ACTOR, account)).id,
      (await issueTestToken(test, {}, policy)).token.id,
    ]
    expect(ids).to.deep.equal([
      'organization/1',
      'workspace/2',
      'deployment/3',
      'workspace/4',
      'deployment/5',
      'role/6',
      'account/7',
      'token/8',
    ])
  })

  it('decides the form of the ids in a new installation, on the disk and in memory', async () => {
    const opened = [
      (await openEmbeddedService(join(tempFolder(), 'data'), () => TEST_NOW, {newId: countingIds()})).service,
      await openEphemeralService(() => TEST_NOW, {newId: countingIds()}),
    ]
    for (const {read, close} of opened) {
      expect((await read.listOrganizations()).map((row) => row.organizationId)).to.deep.equal(['organization/1'])
      expect(
        (await read.listDeployments('organization/1')).map(({id, workspaceId}) => [workspaceId, id]),
      ).to.deep.equal([['workspace/2', 'deployment/3']])
      await close()
    }
  })

  it('is the only place that decides the form of an id: the service itself creates no vendor ids', () => {
    const service = join(import.meta.dirname, '../../src/service')
    const files = readdirSync(service, {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'))
    const own = files.filter((file) => /newCuid|randomUUID/.test(readFileSync(join(service, file), 'utf8')))
    expect(own).to.deep.equal([])
  })
})
