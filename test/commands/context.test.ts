import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {VENDORS} from '../../src/vendors/index.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {WITH_TINY} from '../support/tiny-vendor.ts'

const CREATE = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1']

describe('the context of a command', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  for (const [name, value] of [
    ['ASTRO_API_TOKEN', ''],
    ['ASTRONOMER_KEY_ID', 'a-secret-value'],
    ['ASTRONOMER_KEY_SECRET', 'a-secret-value'],
    ['ASTRO_DOMAIN', 'localhost'],
    ['ASTRO_DOMAIN', ''],
  ]) {
    it(`is never the embedded service by accident: ${name}=${value || '(empty)'} is a CONFIG error`, async () => {
      const env = {[name as string]: value as string}
      for (const argv of [CREATE, ['deployment', 'list'], ['role', 'list'], ['deployment', 'token', 'list']]) {
        const run = await runTokenry(argv, {home, env})
        expect(run).to.include({exitCode: 3, stdout: ''})
        expect(run.stderr).to.contain(name).and.to.contain('--context embedded')
        expect(run.stderr).to.not.contain('a-secret-value')
      }
      expect(existsSync(join(home, 'data'))).to.equal(false)
    })
  }

  it('is the embedded service if --context or TOKENRY_CONTEXT names it, even if a credential is set', async () => {
    const env = {ASTRO_API_TOKEN: 'x'}
    expect(await runTokenry([...CREATE, '-c', '--context', 'embedded'], {home, env})).to.include({exitCode: 0})
    const both = {...env, TOKENRY_CONTEXT: 'embedded'}
    expect(await runTokenry([...CREATE, '-c'], {home, env: both})).to.include({exitCode: 0})
  })

  it('does not matter for token and service commands', async () => {
    const env = {ASTRO_API_TOKEN: 'x'}
    expect(await runTokenry(['service', 'role', 'list'], {home, env})).to.include({exitCode: 0})
    expect(await runTokenry(['token', 'verify'], {home, env, stdin: 'x'})).to.include({exitCode: 10})
  })

  it('does not depend on the variables of another vendor', async () => {
    const env = {MOTHERDUCK_TOKEN: 'x', DS_TOKEN: ''}
    expect(await runTokenry([...CREATE, '-c'], {home, env})).to.include({exitCode: 0})
  })

  it('is not guessed if the astro command line is signed in', async () => {
    mkdirSync(join(home, '.astro'))
    const config = join(home, '.astro', 'config.yaml')
    writeFileSync(config, 'context: astronomer_io\ncontexts:\n  astronomer_io:\n    token: Bearer abc\n')
    const run = await runTokenry(CREATE, {home})
    expect(run).to.include({exitCode: 3, stdout: ''})
    expect(run.stderr).to.contain(config).and.to.contain('--context embedded')
    expect(await runTokenry([...CREATE, '-c', '--context', 'embedded'], {home})).to.include({exitCode: 0})
    writeFileSync(config, 'contexts:\n  astronomer_io:\n    token: ""\n    workspace: x\n')
    expect(await runTokenry([...CREATE, '-c'], {home})).to.include({exitCode: 0})
  })

  it('is USAGE if it does not exist or is for another vendor, and CONFIG if TOKENRY_CONTEXT is empty', async () => {
    const contexts = [{vendor: 'tiny', name: 'shelf', places: {}}]
    await keepSettings(join(home, 'config'), {contexts, current: {}}, WITH_TINY)
    const options = {home, vendors: WITH_TINY}
    const none = await runTokenry([...CREATE, '--context', 'none'], options)
    expect(none).to.include({exitCode: 2, stdout: ''})
    expect(none.stderr).to.contain('No context named none').and.to.contain('Name one of these: embedded')
    const shelf = await runTokenry([...CREATE, '--context', 'shelf'], options)
    expect(shelf).to.include({exitCode: 2, stdout: ''})
    expect(shelf.stderr).to.contain('The context shelf is for tiny, this command is for astro')
    expect(await runTokenry(CREATE, {home, env: {TOKENRY_CONTEXT: ''}})).to.include({exitCode: 3})
  })

  it('provides the deployment if it is the current context in the settings, even if its name has dots', async () => {
    const made = resultOf(await runTokenry(['service', 'deployment', 'create', 'staging', '--json'], {home}))
    const deployment = String(made['id'])
    const contexts = [{vendor: 'embedded', name: 'my.staging', places: {deployment}}]
    await keepSettings(join(home, 'config'), {contexts, current: {astro: 'my.staging'}}, VENDORS)
    expect(resultOf(await runTokenry([...CREATE, '--json'], {home}))).to.include({entityId: deployment})
    const named = await runTokenry([...CREATE, '--json', '--context', 'my.staging'], {home})
    expect(resultOf(named)).to.include({entityId: deployment})
  })

  it('is a CONFIG error with the line that signs in, if it has no credential', async () => {
    const contexts = ['astro', 'tiny'].map((vendor) => ({vendor, name: 'prod', places: {}}))
    await keepSettings(join(home, 'config'), {contexts, current: {astro: 'prod'}}, WITH_TINY)
    const run = await runTokenry(CREATE, {home, vendors: WITH_TINY})
    expect(run.exitCode).to.equal(3)
    expect(run.stderr).to.contain('The context prod has no credential')
    expect(run.stderr).to.contain('tokenry login --context prod --vendor astro')
  })

  it('is a CONFIG error that names the file if the settings are damaged, and does not change them', async () => {
    const file = join(home, 'config', 'settings.json')
    mkdirSync(join(home, 'config'))
    writeFileSync(file, '{"contexts": ')
    const run = await runTokenry(CREATE, {home})
    expect(run).to.include({exitCode: 3, stdout: ''})
    expect(run.stderr).to.contain(file)
    expect(readFileSync(file, 'utf8')).to.equal('{"contexts": ')
    expect(existsSync(join(home, 'data'))).to.equal(false)
  })
})
