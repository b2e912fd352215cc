import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {ContextSettings} from '../../src/config/context-settings.ts'
import {saveCredential} from '../../src/config/credentials/store.ts'
import type {HttpServer} from '../../src/service/http/node.ts'
import {VENDORS} from '../../src/vendors/index.ts'
import {type AstroHttp, openAstroHttp} from '../support/astro-http.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {type RunOptions, resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {answer, openScriptedServer, type ScriptedServer, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

function encode(payload: object): string {
  const segment = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${segment({alg: 'RS256'})}.${segment(payload)}.c2ln`
}

const TYPED = encode({permissions: ['organizationId:typed'], apiTokenId: 'typed'})
const INHERITED = encode({permissions: ['organizationId:inherited'], apiTokenId: 'inherited'})
const TIMES = {createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z'}
const ORGANIZATION = {id: 'o', name: 'org', ...TIMES}
const LIST = answer(200, {
  organizations: [{...ORGANIZATION, product: 'HOSTED'}],
  totalCount: 1,
  limit: 1000,
  offset: 0,
})

const LIST_ORGANIZATIONS = ['organization', 'list', '--json']

describe('a context of a vendor', () => {
  let home = ''
  let astro: AstroHttp
  let server: HttpServer
  let url = ''
  beforeEach(async () => {
    home = tempFolder()
    astro = await openAstroHttp()
    server = await astro.listen()
    url = `http://127.0.0.1:${server.port}/v1`
  })
  afterEach(async () => {
    await server.stop(0)
    await astro.service.close()
  })

  const keep = (parts: Partial<ContextSettings>, current: Record<string, string> = {}) =>
    keepSettings(
      join(home, 'config'),
      {contexts: [{vendor: 'astro', name: 'ours', apiUrl: url, places: {}, ...parts}], current},
      VENDORS,
    )
  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})

  it('reaches the service at its URL with the credential of a variable', async () => {
    await keep({credential: {variable: 'OURS'}})
    const done = await run([...LIST_ORGANIZATIONS, '--context', 'ours'], {env: {OURS: astro.ownerToken.token}})
    expect(resultOf<{id: string}[]>(done).map(({id}) => id)).to.deep.equal([astro.organizationId])
    const missing = await run(['organization', 'list', '--context', 'ours'])
    expect(missing).to.include({exitCode: 3, stdout: ''})
    expect(missing.stderr).to.contain('OURS, which holds the credential of the context ours, is not set')
  })

  it('reaches it as the current context too, with its places, and shows where it went', async () => {
    await keep({credential: {variable: 'OURS'}, places: {organization: 'co-wrong'}}, {astro: 'ours'})
    const env = {OURS: astro.ownerToken.token}
    const wrong = await run(['workspace', 'list'], {env})
    expect(wrong).to.include({exitCode: 6})
    expect(wrong.stderr).to.contain('No organization co-wrong')
    await keep({credential: {variable: 'OURS'}, places: {organization: astro.organizationId}}, {astro: 'ours'})
    const host = new URL(url).host
    const listed = await run(['workspace', 'list'], {env, tty: true})
    expect(listed.exitCode).to.equal(0)
    expect(listed.stderr).to.contain(`Using the context ours (${host})`)
    const tokens = await run(['organization', 'token', 'list'], {env, tty: true})
    expect(tokens.stderr).to.contain(`the context ours (${host})`)
    expect(await run(['workspace', 'list'], {env})).to.include({exitCode: 0, stderr: ''})
    expect(await run(['workspace', 'list', '--json'], {env, tty: true})).to.include({exitCode: 0, stderr: ''})
    const made = ['organization', 'token', 'create', '-n', 'x', '-r', 'ORGANIZATION_MEMBER', '-e', '1', '-c']
    expect(await run(made, {env})).to.include({exitCode: 0, stderr: ''})
  })

  it('reads the stored credential, and no credential of the vendor replaces it at another origin', async () => {
    const {origin} = new URL(url)
    const key = {vendor: 'astro', context: 'ours', origin}
    await saveCredential({folder: join(home, 'config'), env: {CI: '1'}}, key, astro.ownerToken.token)
    await keep({credential: {store: 'file', origin}})
    const argv = [...LIST_ORGANIZATIONS, '--context', 'ours']
    const env = {ASTRO_API_TOKEN: INHERITED}
    for (const options of [{}, {env}]) expect(await run(argv, options)).to.include({exitCode: 0, stderr: ''})
  })

  it('runs the credential command only if the credential is needed', async () => {
    const script = join(home, 'print.sh')
    const marker = join(home, 'ran')
    writeFileSync(script, `echo ran >> ${marker}\necho "Bearer $OURS"\n`)
    await keep({credential: {command: `sh ${script}`}})
    const env = {OURS: astro.ownerToken.token, PATH: process.env['PATH'] ?? ''}
    expect(await run([...LIST_ORGANIZATIONS, '--context', 'ours'], {env})).to.include({exitCode: 0})
    expect(readFileSync(marker, 'utf8')).to.equal('ran\n')
    const file = join(home, 'token.txt')
    writeFileSync(file, astro.ownerToken.token, {mode: 0o600})
    const withFile = [...LIST_ORGANIZATIONS, '--context', 'ours', '--credential-file', file]
    expect(await run(withFile, {env})).to.include({exitCode: 0})
    expect(readFileSync(marker, 'utf8')).to.equal('ran\n')
  })

  it('shows the stderr of the credential command to a person only, not under --json and --clean-output', async () => {
    await keep({credential: {command: 'op read x'}, places: {organization: astro.organizationId}})
    const shown: boolean[] = []
    const credentials: RunOptions['credentials'] = {
      async runCredentialCommand(_, {showStderr}) {
        shown.push(showStderr)
        return astro.ownerToken.token
      },
    }
    const create = ['organization', 'token', 'create', '-n', 'x', '-r', 'ORGANIZATION_MEMBER', '-e', '1']
    for (const [argv, isShown] of [
      [['organization', 'list'], true],
      [LIST_ORGANIZATIONS, false],
      [['whoami', '--check'], true],
      [['whoami', '--check', '--json'], false],
      [create, true],
      [[...create, '--clean-output'], false],
      [[...create, '--json'], false],
    ] as const) {
      const done = await run([...argv, '--context', 'ours'], {tty: true, credentials})
      expect(done, done.stderr).to.include({exitCode: 0})
      expect(shown.splice(0), argv.join(' ')).to.deep.equal([isShown])
    }
  })

  it('is UNAUTHENTICATED with a credential that is malformed or expired, and nothing is sent', async () => {
    await keep({credential: {variable: 'OURS'}})
    for (const OURS of ['word', encode({exp: TEST_NOW / 1000 - 1})]) {
      const refused = await run(['organization', 'list', '--context', 'ours'], {env: {OURS}})
      expect(refused).to.include({exitCode: 4, stdout: ''})
      expect(refused.stderr).to.contain('OURS')
    }
    expect(astro.log).to.deep.equal([])
  })

  it('is UNAUTHENTICATED with a credential that the service refuses, and says where it comes from', async () => {
    await keep({credential: {variable: 'OURS'}})
    const refused = await run(['organization', 'list', '--context', 'ours'], {env: {OURS: TYPED}})
    expect(refused).to.include({exitCode: 4, stdout: ''})
    expect(refused.stderr).to.contain('Check OURS')
  })

  it('is named in the hints of a command that names it', async () => {
    await keep({credential: {variable: 'OURS'}})
    const file = join(home, 'token.txt')
    writeFileSync(file, astro.ownerToken.token, {mode: 0o600})
    const argv = ['organization', 'token', 'get', 'none', '--context', 'ours', '--credential-file', file]
    const missing = await run(argv)
    expect(missing).to.include({exitCode: 6, stdout: ''})
    expect(missing.stderr).to.contain(`--context ours --credential-file ${file}`)
  })
})

describe('the places of a context of a vendor', () => {
  const page = {totalCount: 0, limit: 1000, offset: 0}
  const claims = ['organizationId:o', 'workspaceId:claimed']

  for (const [what, places, permissions, workspace] of [
    ['are those of its credential where it names none', {}, claims, 'claimed'],
    ['take precedence over those of its credential', {organization: 'o', workspace: 'w'}, claims, 'w'],
    ['are joined by those of its credential in the same organization', {organization: 'o'}, claims, 'claimed'],
    ['are not joined by those in another organization', {organization: 'o'}, ['organizationId:p', claims[1]], null],
  ] as const) {
    it(what, async () => {
      const home = tempFolder()
      const workspaces = [{id: workspace ?? 'x', name: 'w', organizationId: 'o', ...TIMES}]
      const server = await openScriptedServer([
        LIST,
        answer(200, {...page, deployments: []}),
        answer(200, {...workspaces[0]}),
        answer(200, {...page, workspaces, totalCount: 1}),
      ])
      const context = {vendor: 'astro', name: 'ours', apiUrl: server.url.href, places, credential: {variable: 'OURS'}}
      await keepSettings(join(home, 'config'), {contexts: [context], current: {astro: 'ours'}}, VENDORS)
      await runTokenry(['deployment', 'list'], {home, env: {OURS: encode({permissions})}})
      await server.close()
      const asked = new URL(server.requests[1]?.path ?? '', server.url)
      expect(asked.pathname).to.equal('/v1/organizations/o/deployments')
      expect(asked.searchParams.get('workspaceIds')).to.equal(workspace)
    })
  }
})

describe('--credential-file on the embedded service', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})

  async function mint(role: string): Promise<{id: string; file: string}> {
    const file = join(home, `${role}.txt`)
    const argv = ['organization', 'token', 'create', '-n', role, '-r', role, '-e', '1', '--output', file, '--json']
    return {id: String(resultOf(await run(argv))['id']), file}
  }

  it('acts as that token, with its permissions and under its name in the audit trail', async () => {
    const member = await mint('ORGANIZATION_MEMBER')
    const create = ['organization', 'token', 'create', '-n', 'x', '-r', 'ORGANIZATION_OWNER', '-e', '1', '-c']
    expect(await run([...create, '--credential-file', member.file])).to.include({exitCode: 5, stdout: ''})
    const owner = await mint('ORGANIZATION_OWNER')
    const made = await run([...create.slice(0, -1), '--json', '--credential-file', owner.file])
    expect(made).to.include({exitCode: 0})
    const rotated = await run(['organization', 'token', 'rotate', owner.id, '-f', '--credential-file', owner.file])
    expect(rotated.stderr).to.contain(owner.id)
  })

  it('reads the token from standard input with -', async () => {
    const {file} = await mint('ORGANIZATION_OWNER')
    const argv = [...LIST_ORGANIZATIONS, '--credential-file', '-']
    expect(await run(argv, {stdin: readFileSync(file)})).to.include({exitCode: 0})
  })

  it('is UNAUTHENTICATED for a token that is not one of the service, and CONFIG for a file that others can read', async () => {
    const {file} = await mint('ORGANIZATION_OWNER')
    const other = join(home, 'other.txt')
    writeFileSync(other, TYPED, {mode: 0o600})
    const refused = await run(['organization', 'list', '--credential-file', other])
    expect(refused.stderr).to.contain('goes to the embedded service').and.to.contain('--context NAME')
    expect(refused).to.include({exitCode: 4, stdout: ''})
    expect(refused.stderr).to.contain(other)
    chmodSync(file, 0o644)
    expect(await run(['organization', 'list', '--credential-file', file])).to.include({exitCode: 3, stdout: ''})
  })

  it('is not taken by commands that are not for a vendor', async () => {
    for (const argv of [
      ['service', 'organization', 'list'],
      ['token', 'verify'],
      ['completion', 'bash'],
    ]) {
      expect(await run([...argv, '--credential-file', 'x'])).to.include({exitCode: 2, stdout: ''})
    }
  })
})

describe('no credential goes to a host that the user did not type', () => {
  let home = ''
  let typed: ScriptedServer
  let evil: ScriptedServer
  const folder = process.cwd()
  beforeEach(async () => {
    home = tempFolder()
    typed = await openScriptedServer([LIST])
    evil = await openScriptedServer([LIST])
  })
  afterEach(async () => {
    process.chdir(folder)
    await Promise.all([typed.close(), evil.close()])
  })

  const settings = () => join(home, 'config', 'settings.json')
  const run = (env: Record<string, string> = {}, argv = [...LIST_ORGANIZATIONS, '--context', 'prod']) =>
    runTokenry(argv, {home, env})
  const sentTo = ({requests}: ScriptedServer) => requests.map(({headers}) => headers.authorization)

  /** Sign in as `login` does: for one origin. */
  async function signIn(parts: Partial<ContextSettings> = {}): Promise<void> {
    const {origin} = typed.url
    const key = {vendor: 'astro', context: 'prod', origin}
    await saveCredential({folder: join(home, 'config'), env: {CI: '1'}}, key, TYPED)
    const context: ContextSettings = {
      ...{vendor: 'astro', name: 'prod', apiUrl: typed.url.href, places: {}},
      credential: {store: 'file', origin},
      ...parts,
    }
    await keepSettings(join(home, 'config'), {contexts: [context], current: {}}, VENDORS)
  }

  function editSettings(change: (text: string) => string): void {
    writeFileSync(settings(), change(readFileSync(settings(), 'utf8')))
  }

  it('but it does go to the one that the user typed', async () => {
    await signIn()
    expect(await run()).to.include({exitCode: 0})
    expect(sentTo(typed)).to.deep.equal([`Bearer ${TYPED}`])
  })

  it('if the URL in the settings was changed', async () => {
    await signIn()
    editSettings((text) => text.replace(typed.url.href, evil.url.href))
    expect(await run()).to.include({exitCode: 3})
    expect([sentTo(typed), sentTo(evil)]).to.deep.equal([[], []])
  })

  it('if the URL in the settings and the origin next to it were changed', async () => {
    await signIn()
    editSettings((text) => text.replaceAll(typed.url.origin, evil.url.origin))
    expect(await run()).to.include({exitCode: 3})
    expect([sentTo(typed), sentTo(evil)]).to.deep.equal([[], []])
  })

  it('if the context was renamed, or another one points to its credential', async () => {
    await signIn()
    editSettings((text) => text.replace('"prod"', '"other"').replaceAll(typed.url.origin, evil.url.origin))
    expect(await run({}, [...LIST_ORGANIZATIONS, '--context', 'other'])).to.include({exitCode: 3})
    expect([sentTo(typed), sentTo(evil)]).to.deep.equal([[], []])
  })

  it('if the settings let a context name the variable of the vendor', async () => {
    await signIn({apiUrl: evil.url.href, credential: {variable: 'ASTRO_API_TOKEN'}})
    expect(await run({ASTRO_API_TOKEN: INHERITED})).to.include({exitCode: 3})
    expect([sentTo(typed), sentTo(evil)]).to.deep.equal([[], []])
  })

  it('if other users may write to the settings', async () => {
    await signIn()
    chmodSync(settings(), 0o622)
    expect(await run()).to.include({exitCode: 3})
    expect([sentTo(typed), sentTo(evil)]).to.deep.equal([[], []])
  })

  for (const apiUrl of ['http://evil.example/v1', 'https://prod@evil.example/v1', 'https://evil.example/v1?x=/v1']) {
    it(`if the settings name ${apiUrl}`, async () => {
      await signIn({apiUrl, credential: {variable: 'OWN'}})
      expect(await run({OWN: TYPED})).to.include({exitCode: 3})
    })
  }

  for (const [what, env] of [
    ['another domain', () => ({ASTRO_DOMAIN: evil.url.host})],
    ['another domain with its credential', () => ({ASTRO_DOMAIN: evil.url.host, ASTRO_API_TOKEN: INHERITED})],
    ['a credential alone', () => ({ASTRO_API_TOKEN: INHERITED})],
    ['a proxy', () => ({HTTPS_PROXY: evil.url.origin, https_proxy: evil.url.origin, HTTP_PROXY: evil.url.origin})],
  ] as [string, () => Record<string, string>][]) {
    it(`if the environment of a repository has ${what}: each host gets its own credential only`, async () => {
      await signIn()
      expect(await run(env())).to.include({exitCode: 0})
      expect([sentTo(typed), sentTo(evil)]).to.deep.equal([[`Bearer ${TYPED}`], []])
    })
  }

  for (const domain of ['evil.example', 'astronomer.io.evil.example', 'astronomer.io@evil.example', '10.0.0.1']) {
    it(`if the environment has the domain ${domain}`, async () => {
      const env = {ASTRO_API_TOKEN: INHERITED, ASTRO_DOMAIN: domain}
      expect(await run(env, LIST_ORGANIZATIONS)).to.include({exitCode: 3})
    })
  }

  it('if the working folder has settings of tokenry and of astro', async () => {
    await signIn()
    const repository = tempFolder()
    process.chdir(repository)
    const context = {apiUrl: evil.url.href, credential: {variable: 'ASTRO_API_TOKEN'}}
    const text = JSON.stringify({version: 2, contexts: {astro: {prod: context}}, current: {astro: 'prod'}})
    mkdirSync(join(repository, 'config'))
    for (const name of ['settings.json', '.tokenry.json', 'config/settings.json']) {
      writeFileSync(join(repository, name), text)
    }
    mkdirSync(join(repository, '.astro'))
    const project = `local:\n  core: ${evil.url.origin}\ncontext: localhost\ncontexts:\n  localhost:\n    token: Bearer x\n`
    writeFileSync(join(repository, '.astro', 'config.yaml'), project)
    expect(await run()).to.include({exitCode: 0})
    expect(await run({ASTRO_HOME: '.'})).to.include({exitCode: 0})
    expect(await run({TOKENRY_HOME: '.'})).to.include({exitCode: 3})
    expect([sentTo(typed), sentTo(evil)]).to.deep.equal([[`Bearer ${TYPED}`, `Bearer ${TYPED}`], []])
  })

  it('if the host that the user typed redirects', async () => {
    await typed.close()
    const redirect: Step = (_, res) => {
      res.writeHead(307, {Location: evil.url.href}).end()
    }
    typed = await openScriptedServer([redirect])
    await signIn()
    expect(await run()).to.include({exitCode: 3})
    expect([sentTo(typed), sentTo(evil)]).to.deep.equal([[`Bearer ${TYPED}`], []])
  })
})
