import {existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {AppError} from '../../../src/errors/app-error.ts'
import type {AstroService} from '../../../src/operations/astro/connect.ts'
import {explainCreation} from '../../../src/operations/astro/directory.ts'
import {openEntity} from '../../../src/operations/astro/entity.ts'
import {openTarget, type TargetOptions} from '../../../src/operations/astro/target.ts'
import type {Runtime} from '../../../src/runtime/runtime.ts'
import {VENDORS} from '../../../src/vendors/index.ts'
import {keepSettings} from '../../support/keep-settings.ts'
import {openPlainAstro, type PlainAstro} from '../../support/plain-astro.ts'
import {expectFailure} from '../../support/rejection.ts'
import {runTokenry} from '../../support/run-tokenry.ts'
import {SAMPLE_PARTS} from '../../support/sample-token.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const OTHER = 'corganization000000000000'

/**
 * Return a runtime from which only the environment is read. The local store is neither opened nor
 * created.
 */
function runtimeWith(env: Runtime['env'] = {}): Runtime {
  const openService = () => Promise.reject(new Error('the local store is opened'))
  return {env, openService} as unknown as Runtime
}

describe('the organization of a target', () => {
  let astro: PlainAstro
  beforeEach(async () => {
    astro = await openPlainAstro()
  })
  afterEach(() => astro.service.close())

  async function addOrganization(): Promise<void> {
    const times = {createdAt: astro.clock.nowMs, updatedAt: astro.clock.nowMs}
    await astro.service.read.insertOrganization({organizationId: OTHER, uuid: 'u', name: 'second', ...times})
  }
  const open = (options: TargetOptions = {}, env: Runtime['env'] = {}, places: AstroService['places'] = {}) =>
    openTarget(runtimeWith(env), {...astro.deployment.target, places}, options)

  it('is the only one that the API shows, and the local store is not used', async () => {
    expect(await open()).to.include({
      organizationId: astro.organizationId,
      organizationName: 'default',
      severalOrganizations: false,
    })
    expect(astro.calls).to.deep.equal([['listOrganizations']])
  })

  it('is named by the flag, the variable or the context, in this order', async () => {
    await addOrganization()
    const {organizationId} = astro
    const variable = {TOKENRY_ORGANIZATION_ID: OTHER}
    const named = async (...how: Parameters<typeof open>) => (await open(...how)).organizationId
    expect(await named({}, {}, {organizationId: OTHER})).to.equal(OTHER)
    expect(await named({}, variable, {organizationId})).to.equal(OTHER)
    expect(await named({organizationId}, variable, {organizationId: OTHER})).to.equal(organizationId)
    expect(await open({organizationId: OTHER})).to.include({organizationName: 'second', severalOrganizations: true})
  })

  it('is asked for if there are several; USAGE, naming flag and variable, if no question is allowed', async () => {
    await addOrganization()
    const offered: string[][] = []
    const chosen = await open({
      async chooseOrganization(organizations) {
        offered.push(organizations.map(({name}) => name))
        return organizations.find(({id}) => id === OTHER) ?? expect.fail('not offered')
      },
    })
    expect([chosen.organizationId, offered]).to.deep.equal([OTHER, [['default', 'second']]])
    const err = await expectFailure(open(), 'USAGE')
    expect(err.message).to.contain('2 organizations')
    expect(err.details.hint).to.contain('--organization-id or TOKENRY_ORGANIZATION_ID')
    const service = {...astro.deployment.target, places: {}, namedContext: 'prod'}
    for (const options of [{}, {organizationId: 'cnone'}]) {
      const refused = await openTarget(runtimeWith(), service, options).catch((cause: AppError) => cause.details.hint)
      expect(refused, 'the command leads to the same context').to.match(/tokenry organization list --context prod(;|$)/)
    }
  })

  it('is NOT_FOUND if the API does not show it, or shows none', async () => {
    const err = await expectFailure(open({organizationId: 'cnone'}), 'NOT_FOUND')
    expect(err.message).to.contain('organization cnone')
    const nothing = async () => ({organizations: [], limit: 1000, offset: 0, totalCount: 0})
    const empty = astro.changed({listOrganizations: nothing}).deployment.target
    const none = await expectFailure(openTarget(runtimeWith(), empty, {}), 'NOT_FOUND')
    expect(none.message).to.contain('no organization')
  })
})

describe('the hint how to create an entity', () => {
  it('names tokenry service if that creates one, and does not mention it elsewhere', async () => {
    const astro = await openPlainAstro()
    const {target} = astro.deployment
    const local: typeof target = {...target, creationCommand: (noun) => `tokenry service ${noun} create NAME`}
    for (const noun of ['deployment', 'workspace'] as const) {
      expect(await explainCreation(local, noun)).to.contain(`tokenry service ${noun} create NAME`)
      expect(await explainCreation(target, noun))
        .to.contain('plain')
        .and.not.to.contain('tokenry service')
    }
    await astro.service.close()
  })
})

describe('--token-file', () => {
  it('is USAGE for a text that is not a token, before a context is resolved or anything is opened', async () => {
    const opened = openEntity(runtimeWith({TOKENRY_CONTEXT: ''}), {scope: 'DEPLOYMENT', secret: 'changeme'})
    expect((await expectFailure(opened, 'USAGE')).message).to.contain('is not a token')
  })

  for (const [scope, verb] of [
    ['deployment', 'rotate -f'],
    ['deployment', 'delete -f'],
    ['workspace', 'delete -f'],
    ['organization', 'rotate -f'],
  ] as const) {
    it(`neither opens nor creates the local store for a context that is not embedded: ${scope} token ${verb}`, async () => {
      const home = tempFolder()
      const file = join(home, 'token.txt')
      writeFileSync(file, SAMPLE_PARTS['a whole token'] ?? '', {mode: 0o600})
      await keepSettings(
        join(home, 'config'),
        {current: {}, contexts: [{vendor: 'astro', name: 'prod', places: {}}]},
        VENDORS,
      )
      const argv = [scope, 'token', ...verb.split(' '), '--context', 'prod', '--token-file', file]
      const opened: unknown[] = []
      const run = await runTokenry(argv, {home, fakeService: (real) => [opened.push(real), real][1] as typeof real})
      expect(run).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.contain('prod has no credential')
      expect([opened, existsSync(join(home, 'data'))]).to.deep.equal([[], false])
    })
  }
})
