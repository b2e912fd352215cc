import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {ContextResult} from '../../src/operations/context/context-result.ts'
import type {TargetResult} from '../../src/operations/context/target-result.ts'
import type {Identity} from '../../src/operations/context/who-am-i.ts'
import {type Run, type RunOptions, resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {answer, openScriptedServer, type ScriptedServer, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {ASTRO_AND_TINY, ONLY_ASTRO, TINY, TINY_API} from '../support/tiny-vendor.ts'

const ACCEPTS = answer(200, {organizations: [], offset: 0, limit: 1, totalCount: 0})
const REFUSES = answer(401, {message: 'Unauthorized', requestId: 'r1', statusCode: 401})
const TOKEN = tokenOf({exp: TEST_NOW / 1000 + 30 * 86_400})
const DEFAULT_URL = {value: 'https://api.astronomer.io/v1', source: {from: 'default'}}

let home = ''
let settings = ''
let server: ScriptedServer | undefined

function tokenOf(claims: object): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const permissions = ['apiTokenId:t1', 'organizationId:o1']
  return `${part({alg: 'RS256', typ: 'JWT'})}.${part({permissions, ...claims})}.${'s'.repeat(43)}`
}

function run(words: string, options: Partial<RunOptions> = {}): Promise<Run> {
  return runTokenry(words.split(' '), {home, vendors: ONLY_ASTRO, ...options})
}

/** Return the result of a command line, which may fail with this exit code. */
async function results<Result extends TargetResult = TargetResult>(
  words: string,
  {exitCode = 0, ...options}: Partial<RunOptions> & {exitCode?: number} = {},
): Promise<Result[]> {
  const done = await run(`${words} --json`, options)
  expect(done, done.stdout).to.include({exitCode, stderr: ''})
  return resultOf<Result[]>(done)
}

async function only<Result extends TargetResult = TargetResult>(
  words: string,
  options: Partial<RunOptions> & {exitCode?: number} = {},
): Promise<Result> {
  const [first, ...others] = await results<Result>(words, options)
  expect(others).to.deep.equal([])
  return first ?? expect.fail('no result')
}

async function change(words: string, options: Partial<RunOptions> = {}): Promise<void> {
  const done = await run(words, options)
  expect(done, done.stderr).to.include({exitCode: 0})
}

/** Add a context at a server that takes these steps, and sign in with a token that it accepts. */
async function signIn(name: string, ...steps: Step[]): Promise<ScriptedServer> {
  server = await openScriptedServer([ACCEPTS, ...steps])
  await change(`context add ${name} --vendor astro --api-url ${server.url.href} --workspace-id w1`)
  await change(`login --context ${name} --credential-file -`, {stdin: TOKEN})
  return server
}

/** Add a context whose credential command creates a file; return that file. */
async function addWithCommand(name: string): Promise<string> {
  const file = join(home, 'was-run')
  const argv = ['context', 'add', name, '--vendor', 'astro', '--credential-command', `sh -c 'touch ${file}; exit 1'`]
  expect(await runTokenry(argv, {home})).to.include({exitCode: 0})
  return file
}

function exists(file: string): boolean {
  try {
    readFileSync(file)
    return true
  } catch {
    return false
  }
}

beforeEach(() => {
  home = tempFolder()
  settings = join(home, 'config', 'settings.json')
})
afterEach(async () => {
  await server?.close()
  server = undefined
})

describe('context show', () => {
  it('says that commands go to the embedded service by default', async () => {
    expect(await only('context show')).to.deep.equal({
      vendor: 'astro',
      goesTo: 'embedded',
      context: 'embedded',
      chosenBy: {from: 'default'},
      url: null,
      places: [],
      credential: null,
      problem: null,
    })
    expect((await run('context show')).stdout).to.equal(
      'Commands of astro go to the embedded service\n  context    embedded\n  chosen by  the default\n',
    )
  })

  it('says for each fact of the current context that it is from the settings', async () => {
    const {url} = await signIn('prod')
    await change('context use prod')
    const file = {from: 'file', name: settings}
    expect(await only('context show')).to.deep.equal({
      vendor: 'astro',
      goesTo: 'astro',
      context: 'prod',
      chosenBy: file,
      url: {value: url.href, source: file},
      places: [{place: 'workspace', id: 'w1', source: file}],
      credential: {from: 'file', origin: url.origin},
      problem: null,
    })
    expect((await run('context show')).stdout).to.equal(
      [
        'Commands of astro go to the context prod',
        '  context     prod',
        `  chosen by   ${settings}`,
        `  url         ${url.href} (${settings})`,
        `  workspace   w1 (${settings})`,
        `  credential  file, for ${url.origin}\n`,
      ].join('\n'),
    )
  })

  it('says which flag or variable has chosen the context', async () => {
    await change('context add prod --vendor astro')
    expect((await only('context show --context prod')).chosenBy).to.deep.equal({from: 'flag', name: '--context'})
    expect((await only('context show', {env: {TOKENRY_CONTEXT: 'prod'}})).chosenBy).to.deep.equal({
      from: 'variable',
      name: 'TOKENRY_CONTEXT',
    })
  })

  it('says that a variable with a credential leads to the vendor, and does not show the token', async () => {
    const env = {ASTRO_API_TOKEN: TOKEN, TOKENRY_WORKSPACE_ID: 'w9'}
    expect(await only('context show', {env})).to.deep.include({
      goesTo: 'astro',
      context: null,
      chosenBy: {from: 'variable', name: 'ASTRO_API_TOKEN'},
      url: DEFAULT_URL,
      places: [{place: 'workspace', id: 'w9', source: {from: 'variable', name: 'TOKENRY_WORKSPACE_ID'}}],
      credential: {from: 'variable', variable: 'ASTRO_API_TOKEN'},
    })
    const {url} = await only('context show', {env: {...env, ASTRO_DOMAIN: 'localhost'}})
    expect(url?.source).to.deep.equal({from: 'variable', name: 'ASTRO_DOMAIN'})
    const {stdout} = await run('context show', {env})
    expect(stdout)
      .to.contain('Commands of astro go to https://api.astronomer.io/v1\n')
      .and.to.not.contain(TOKEN.slice(0, 20))
  })

  it('shows a context by its name, even if another one is current', async () => {
    await change('context add prod --vendor astro --workspace-id w1 --credential-env PROD_TOKEN')
    await change('context use embedded')
    expect(await only('context show prod')).to.deep.equal({
      vendor: 'astro',
      goesTo: 'astro',
      context: 'prod',
      chosenBy: {from: 'argument'},
      url: DEFAULT_URL,
      places: [{place: 'workspace', id: 'w1', source: {from: 'file', name: settings}}],
      credential: {from: 'variable', variable: 'PROD_TOKEN'},
      problem: null,
    })
    expect((await run('context show prod')).stdout).to.match(/^The context prod of astro\n {2}url /)
  })

  it('shows a context of embedded with its places, and the one that is built in', async () => {
    await change('context add local --vendor embedded --workspace-id w1')
    expect(await only('context show local')).to.deep.include({
      vendor: 'embedded',
      goesTo: 'embedded',
      context: 'local',
      url: null,
      places: [{place: 'workspace', id: 'w1', source: {from: 'file', name: settings}}],
    })
    expect(await only('context show embedded')).to.deep.include({vendor: 'embedded', places: []})
  })

  it('names the variable that would be used instead of the credential of a context', async () => {
    await change('context add prod --vendor astro --credential-env PROD_TOKEN')
    const done = await run('context show prod', {env: {ASTRO_API_TOKEN: TOKEN}})
    expect(done.stdout).to.contain('credential  variable ASTRO_API_TOKEN')
    expect(done.stderr).to.contain('ASTRO_API_TOKEN is used instead')
  })

  it('says that a stored credential is for another origin', async () => {
    const {url} = await signIn('prod')
    writeFileSync(settings, readFileSync(settings, 'utf8').replace(url.href, 'https://tokens.example.com/v1'))
    const {stdout} = await run('context show prod')
    expect(stdout).to.contain(`file, only for ${url.origin}: sign in again`)
  })

  it('never runs a credential command', async () => {
    const file = await addWithCommand('op')
    expect((await only('context show op')).credential?.from).to.equal('command')
    expect(exists(file)).to.equal(false)
  })

  it('shows every vendor, or that of --vendor', async () => {
    const options = {vendors: ASTRO_AND_TINY}
    await change('context add prod --vendor tiny', options)
    await change('context use prod', options)
    const shown = await results('context show', options)
    expect(shown.map(({vendor, context}) => [vendor, context])).to.deep.equal([
      ['astro', 'embedded'],
      ['tiny', 'prod'],
    ])
    expect((await only('context show --vendor tiny', options)).context).to.equal('prod')
    expect((await only('context show --context prod', options)).vendor).to.equal('tiny')
    expect(await run('context show --context none', options)).to.include({exitCode: 2, stdout: ''})
    const env = {TOKENRY_CONTEXT: 'prod'}
    expect((await only('context show', {...options, env})).vendor).to.equal('tiny')
    const none = await results('context show', {...options, env: {TOKENRY_CONTEXT: 'none'}, exitCode: 2})
    expect(none.map(({vendor, problem}) => [vendor, problem?.code])).to.deep.equal([
      ['astro', 'USAGE'],
      ['tiny', 'USAGE'],
    ])
  })

  it('fails if the commands of the only vendor fail, and is PARTIAL if those of some do', async () => {
    const env = {ASTRO_API_TOKEN: ''}
    const {problem} = await only('context show', {env, exitCode: 3})
    expect(problem).to.deep.include({
      code: 'CONFIG',
      message: 'ASTRO_API_TOKEN is set but empty; is a CI secret missing?',
    })
    const some = await results('context show', {env, exitCode: 9, vendors: ASTRO_AND_TINY})
    expect(some.map((each) => each.problem?.code)).to.deep.equal(['CONFIG', undefined])
    const done = await run('context show', {env, vendors: ASTRO_AND_TINY})
    expect(done.stdout).to.contain('Commands of astro fail\n  problem  ASTRO_API_TOKEN')
    expect(done.stdout).to.contain('Commands of tiny go to the embedded service')
  })

  it('does not guess if the tool of the vendor is signed in', async () => {
    mkdirSync(join(home, '.astro'))
    writeFileSync(join(home, '.astro', 'config.yaml'), 'contexts:\n  astronomer_io:\n    token: Bearer abc\n')
    expect((await only('context show', {exitCode: 3})).problem?.hint).to.contain('--context embedded')
    await change('context use embedded')
    expect((await only('context show')).chosenBy).to.deep.equal({from: 'file', name: settings})
  })
})

describe('whoami', () => {
  it('says what the token says of itself, without a request', async () => {
    const {requests} = await signIn('prod')
    await change('context use prod')
    const {token, checked, context} = await only<Identity>('whoami')
    expect({token, checked, context}).to.deep.equal({
      token: {id: 't1', expiresAt: '2026-12-22T12:00:00Z', places: {organization: 'o1'}},
      checked: false,
      context: 'prod',
    })
    expect(requests).to.have.lengthOf(1)
    const {stdout} = await run('whoami', {tty: true})
    expect(stdout).to.contain('token               t1').and.to.contain('expires             in 30 days')
    expect(stdout).to.contain('token organization  o1').and.to.not.contain(TOKEN.slice(40, 100))
  })

  it('asks the vendor with --check', async () => {
    const {requests} = await signIn('prod', ACCEPTS)
    expect((await only<Identity>('whoami --context prod --check')).checked).to.equal(true)
    expect(requests.map(({path}) => path)).to.deep.equal(Array(2).fill('/v1/organizations?limit=1&offset=0'))
    expect((await run('whoami --context prod --check')).stdout).to.contain('the vendor accepts it')
  })

  it('is UNAUTHENTICATED if the vendor refuses the token, and still says what it is', async () => {
    await signIn('prod', REFUSES)
    const {token, checked, problem} = await only<Identity>('whoami --context prod --check', {exitCode: 4})
    expect(token?.id).to.equal('t1')
    expect(checked).to.equal(false)
    expect(problem?.code).to.equal('UNAUTHENTICATED')
  })

  it('is PARTIAL if one of several vendors refuses', async () => {
    const api = {...TINY_API, readCredential: () => ({name: 'key', expiresAt: null, places: {}})}
    const vendors = [...ASTRO_AND_TINY.filter(({name}) => name !== 'tiny'), {...TINY, loadApi: async () => api}]
    await signIn('prod', REFUSES)
    await change('context use prod')
    await change('login --vendor tiny --credential-file -', {vendors, stdin: 'tiny-secret'})
    const [astro, tiny] = await results<Identity>('whoami --check', {vendors, exitCode: 9})
    expect([astro?.checked, astro?.problem?.code]).to.deep.equal([false, 'UNAUTHENTICATED'])
    expect([tiny?.checked, tiny?.problem, tiny?.token?.name]).to.deep.equal([true, null, 'key'])
    expect((await run('whoami --check', {vendors})).stdout).to.contain('name        key\n  expires     never\n')
  })

  it('shows the hint of each vendor to a person', async () => {
    const vendors = ASTRO_AND_TINY
    for (const vendor of ['astro', 'tiny']) {
      await change(`context add prod --vendor ${vendor}`, {vendors})
      await change(`context use prod --vendor ${vendor}`, {vendors})
    }
    const {stdout} = await run('whoami', {vendors})
    for (const vendor of ['astro', 'tiny']) {
      expect(stdout).to.match(new RegExp(`fix +Sign in: tokenry login --context prod --vendor ${vendor}\n`))
    }
  })

  it('names the URL to which a variable leads', async () => {
    const env = {ASTRO_API_TOKEN: TOKEN, ASTRO_DOMAIN: 'localhost'}
    expect((await run('context show', {env})).stdout).to.contain('Commands of astro go to http://localhost:8888/v1\n')
  })

  it('is CONFIG without a credential, and UNAUTHENTICATED for an expired one', async () => {
    await change('context add prod --vendor astro')
    expect((await only('whoami --context prod', {exitCode: 3})).problem?.hint).to.contain(
      'tokenry login --context prod',
    )
    await change('context add ci --vendor astro --credential-env CI_TOKEN')
    const env = {CI_TOKEN: tokenOf({exp: TEST_NOW / 1000 - 3600})}
    expect((await only('whoami --context ci', {env, exitCode: 4})).problem?.message).to.contain('1 hour ago')
    expect((await only('whoami --context ci', {exitCode: 3})).problem?.message).to.contain('CI_TOKEN')
  })

  it('runs a credential command with --check only', async () => {
    const file = await addWithCommand('op')
    expect((await only<Identity>('whoami --context op')).token).to.equal(null)
    expect((await run('whoami --context op')).stdout).to.contain('not read; --check runs the command')
    expect(exists(file)).to.equal(false)
    expect((await only('whoami --context op --check', {exitCode: 3})).problem?.message).to.contain('sh')
    expect(exists(file)).to.equal(true)
  })

  it('does not send a stored token to a URL that was changed', async () => {
    const {url, requests} = await signIn('prod')
    const other = await openScriptedServer([ACCEPTS])
    try {
      writeFileSync(settings, readFileSync(settings, 'utf8').replace(url.href, other.url.href))
      const {problem} = await only('whoami --context prod --check', {exitCode: 3})
      expect(problem?.hint).to.contain('tokenry login --context prod')
      expect([...requests.slice(1), ...other.requests]).to.deep.equal([])
    } finally {
      await other.close()
    }
  })

  it('says who acts on the embedded service: no token', async () => {
    expect(await only<Identity>('whoami --check')).to.deep.include({goesTo: 'embedded', token: null, checked: false})
  })
})

describe('the settings of version 0.1.0', () => {
  it('are read, and rewritten by the next change', async () => {
    mkdirSync(join(home, 'config'))
    const old = {contexts: {local: {vendor: 'embedded', workspace: 'w1'}}, current: {astro: 'local'}}
    writeFileSync(settings, JSON.stringify(old), {mode: 0o600})
    const listed = resultOf<ContextResult[]>(await run('context list --json'))
    expect(listed.at(-1)).to.deep.include({name: 'local', places: {workspace: 'w1'}, currentFor: ['astro']})
    expect(JSON.parse(readFileSync(settings, 'utf8'))).to.deep.equal(old)
    await change('context add prod --vendor astro')
    expect(JSON.parse(readFileSync(settings, 'utf8'))).to.deep.equal({
      version: 2,
      contexts: {embedded: {local: {workspace: 'w1'}}, astro: {prod: {}}},
      current: {astro: 'local'},
    })
  })
})
