import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {credential, openScriptedAstro, refuse, type ScriptedAstro} from '../support/scripted-astro.ts'
import {tempFolder} from '../support/temp-folder.ts'

const LIST = 'deployment token list'

describe('a credential of Astro in the environment', () => {
  let astro: ScriptedAstro
  beforeEach(async () => {
    astro = await openScriptedAstro()
  })
  afterEach(() => astro.close())

  it('is sent without the white space around it', async () => {
    const env = {ASTRO_API_TOKEN: `\uFEFF ${astro.env['ASTRO_API_TOKEN']}\r\n`}
    expect(await astro.run(LIST, {env})).to.include({exitCode: 0, stderr: ''})
    const sent = new Set(astro.requests.map(({headers}) => headers.authorization))
    expect([...sent]).to.deep.equal([`Bearer ${astro.env['ASTRO_API_TOKEN']}`])
  })

  const longAgo = credential({exp: TEST_NOW / 1000 - 3600})
  const ours = credential({iss: 'urn:tokenry:elsewhere'})
  for (const [title, env, exitCode, words] of [
    ['empty', {ASTRO_API_TOKEN: ''}, 3, ['ASTRO_API_TOKEN is set but empty', 'CI secret']],
    ['only white space', {ASTRO_API_TOKEN: ' \n'}, 3, ['ASTRO_API_TOKEN is set but empty']],
    ['malformed', {ASTRO_API_TOKEN: 'hunter2'}, 4, ['ASTRO_API_TOKEN does not hold an Astro API token']],
    ['two words', {ASTRO_API_TOKEN: `Bearer ${credential()}`}, 4, ['ASTRO_API_TOKEN', 'without Bearer']],
    ['expired', {ASTRO_API_TOKEN: longAgo}, 4, ['The token of ASTRO_API_TOKEN expired 1 hour ago']],
    ['for an empty domain', {ASTRO_DOMAIN: ''}, 3, ['ASTRO_DOMAIN is set but empty']],
    ['for a host of someone else', {ASTRO_DOMAIN: 'example.com'}, 3, ['ASTRO_DOMAIN "example.com" is not a domain']],
    ['for a host like Astro', {ASTRO_DOMAIN: 'astronomer.io.example.com'}, 3, ['not a domain of Astronomer']],
    ['for a host like loopback', {ASTRO_DOMAIN: 'localhost.example.com:80'}, 3, ['not a domain of Astronomer']],
    ['for a URL with a user', {ASTRO_DOMAIN: 'astronomer.io@example.com'}, 3, ['not a domain of Astronomer']],
    [
      'of tokenry, for Astro',
      {ASTRO_DOMAIN: 'astronomer.io', ASTRO_API_TOKEN: ours},
      3,
      ['not sent to api.astronomer.io'],
    ],
  ] as const) {
    it(`that is ${title} is refused without any request`, async () => {
      for (const line of [LIST, 'deployment token create -n ci -r DEPLOYMENT_ADMIN -e 30', 'organization list']) {
        const run = await astro.run(line, {env})
        expect(run, line).to.include({exitCode, stdout: ''})
        for (const word of words) expect(run.stderr, line).to.contain(word)
        expect(run.stderr).to.not.contain('hunter2').and.to.not.contain('eyJ')
      }
      expect(astro.calls()).to.deep.equal([])
    })
  }

  it('of a tokenry installation is sent to this machine', async () => {
    expect(await astro.run(LIST, {env: {ASTRO_API_TOKEN: ours}})).to.include({exitCode: 0})
  })

  it('is missing: ASTRO_DOMAIN alone is CONFIG, and not the embedded service', async () => {
    const run = await runTokenry(LIST.split(' '), {home: tempFolder(), env: {ASTRO_DOMAIN: 'localhost'}})
    expect(run).to.include({exitCode: 3, stdout: ''})
    expect(run.stderr).to.contain('ASTRO_DOMAIN is set without ASTRO_API_TOKEN')
  })

  it('that is refused with 401 stops there: one request', async () => {
    for (const line of ['organization list', LIST, 'deployment token create -n ci -r DEPLOYMENT_ADMIN -e 30']) {
      await astro.close()
      astro = await openScriptedAstro({organizations: refuse(401, 'Invalid token')})
      const run = await astro.run(line)
      expect(run, line).to.include({exitCode: 4, stdout: ''})
      expect(run.stderr).to.contain('Invalid token').and.to.contain('Check ASTRO_API_TOKEN')
      expect(astro.calls(), line).to.deep.equal(['organizations'])
    }
  })

  it('that must not list deployments, workspaces or roles can still create where it is told to', async () => {
    const no = refuse(403)
    await astro.close()
    astro = await openScriptedAstro({deployments: no, workspaces: no, roles: no})
    for (const [line, calls] of [
      [
        'deployment token create -n ci -r custom -e 30 --deployment-id cdep',
        ['organizations', 'deployments', 'roles', 'create'],
      ],
      [
        'workspace token create -n ci -r custom -e 30 --workspace-id cwsp',
        ['organizations', 'workspaces', 'roles', 'create'],
      ],
    ] as const) {
      const before = astro.calls().length
      expect(await astro.run(`${line} -c`), line).to.include({exitCode: 0, stderr: ''})
      expect(astro.calls().slice(before)).to.deep.equal(calls)
    }
    const body = JSON.parse(astro.requests.find(({method}) => method === 'POST')?.body ?? '')
    expect(body).to.include({role: 'custom', entityId: 'cdep'})
    const unnamed = await astro.run('deployment token create -n ci -r custom -e 30')
    expect(unnamed).to.include({exitCode: 5, stdout: ''})
  })
})

describe('a token of Astro that is named by its secret', () => {
  let astro: ScriptedAstro
  let file = ''
  beforeEach(async () => {
    astro = await openScriptedAstro()
    file = join(tempFolder(), 'token')
    writeFileSync(file, credential({apiTokenId: 'ctok'}), {mode: 0o600})
  })
  afterEach(() => astro.close())

  for (const [words, last] of [
    ['get', 'get'],
    ['rotate --force', 'rotate'],
    ['delete --force', 'delete'],
  ] as const) {
    it(`is found by its claim: ${words}`, async () => {
      expect(await astro.run(`deployment token ${words} --token-file ${file}`)).to.include({exitCode: 0})
      expect(astro.calls().at(0)).to.equal('get')
      expect(astro.calls().at(-1)).to.equal(last)
      expect(astro.requests.at(-1)?.path).to.contain('/tokens/ctok')
    })
  }

  it('is not sent anywhere itself', async () => {
    await astro.run(`deployment token delete --force --token-file ${file} --debug`)
    const secret = credential({apiTokenId: 'ctok'})
    expect(JSON.stringify(astro.requests)).to.not.contain(secret)
  })

  it('is NOT_FOUND, with a hint that works there, if Astro does not have it', async () => {
    await astro.close()
    astro = await openScriptedAstro({get: refuse(404)})
    const run = await astro.run(`deployment token delete --force --token-file ${file}`)
    expect(run).to.include({exitCode: 6, stdout: ''})
    expect(run.stderr).to.contain('\nSee the tokens with: tokenry deployment token list --deployment-id cdep\n')
  })

  it('stays with its vendor: token verify and token revoke say so', async () => {
    const verified = await astro.run(`token verify --token-file ${file}`)
    expect(verified.exitCode).to.equal(10)
    expect(verified.stderr).to.contain('not ours').and.to.contain('tokens of this installation only')
    const revoked = await astro.run(`token revoke --force --token-file ${file}`)
    expect(revoked).to.include({exitCode: 6, stdout: ''})
    expect(revoked.stderr).to.contain('not ours').and.to.contain('tokenry deployment token delete --token-file FILE')
    expect(astro.calls()).to.deep.equal([])
  })
})
