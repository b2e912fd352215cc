import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {EMBEDDED} from '../../src/config/context-settings.ts'
import {LAZY_CREDENTIALS} from '../../src/config/credentials/lazy.ts'
import type {Credentials} from '../../src/config/credentials/types.ts'
import {AppError} from '../../src/errors/app-error.ts'
import type {ContextResult} from '../../src/operations/context/context-result.ts'
import {copyWithFakeKeyring, type FakeKeyring} from '../support/fake-keyring.ts'
import {type Run, type RunOptions, resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {answer, openScriptedServer, type ScriptedServer, type Step} from '../support/scripted-server.ts'
import {tempFolder, tempFolderOfFile} from '../support/temp-folder.ts'
import {ASTRO_AND_TINY, ONLY_ASTRO, TINY, TINY_API} from '../support/tiny-vendor.ts'

const ACCEPTS = answer(200, {organizations: [], offset: 0, limit: 1, totalCount: 0})
const REFUSES = answer(401, {message: 'Unauthorized', requestId: 'r1', statusCode: 401})
/** The question of `login`. */
const QUESTION = 'Token of Astro for '

let home = ''
let server: ScriptedServer | undefined

/** Return a token of Astro with these claims. */
function tokenOf(claims: object = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const permissions = ['apiTokenId:t1', 'organizationId:o1', 'workspaceId:w1']
  return `${part({alg: 'RS256', typ: 'JWT'})}.${part({permissions, iss: 'https://auth.example.com/', ...claims})}.${'s'.repeat(43)}`
}

const TOKEN = tokenOf({exp: TEST_NOW / 1000 + 30 * 86_400})
const OTHER = tokenOf({exp: TEST_NOW / 1000 + 86_400})

function run(words: string, options: Partial<RunOptions> = {}): Promise<Run> {
  return runTokenry(words.split(' '), {home, vendors: ONLY_ASTRO, ...options})
}

async function json<Result = Record<string, unknown>>(words: string, options: Partial<RunOptions> = {}) {
  const done = await run(`${words} --json`, options)
  expect(done, done.stdout).to.include({exitCode: 0, stderr: ''})
  return resultOf<Result>(done)
}

/** Run a command line that must fail and store nothing. */
async function refuse(words: string, exitCode: number, options: Partial<RunOptions> = {}): Promise<string> {
  const before = readStored()
  const done = await run(words, options)
  expect(done, `${words} ${done.stderr}`).to.include({exitCode, stdout: ''})
  expect(done.stderr).to.not.contain(TOKEN.slice(40, 100))
  expect(readStored(), words).to.deep.equal(before)
  return done.stderr
}

/** Return the content of every credential file. */
function readStored(): string[] {
  const folder = join(home, 'config', 'credentials')
  return existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')) : []
}

/** Add a context at a server that takes these steps. */
async function addServed(name: string, ...steps: Step[]): Promise<ScriptedServer> {
  server ??= await openScriptedServer(steps)
  await json(`context add ${name} --vendor astro --api-url ${server.url.href}`)
  return server
}

function writeToken(token: string, mode = 0o600): string {
  const file = join(tempFolder(), 'token.txt')
  writeFileSync(file, token, {mode})
  chmodSync(file, mode)
  return file
}

async function findContext(name: string, options: Partial<RunOptions> = {}): Promise<ContextResult | undefined> {
  return (await json<ContextResult[]>('context list', options)).find((context) => context.name === name)
}

/** Options for a vendor at its default URL, without a network. */
const TINY_OPTIONS: Partial<RunOptions> = {vendors: ASTRO_AND_TINY, stdin: 'tiny-secret'}

describe('signing in and out', () => {
  beforeEach(() => {
    home = tempFolder()
  })
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  describe('login', () => {
    it('checks the token with the vendor, then stores it in a file of mode 0600, and says where', async () => {
      const {url, requests} = await addServed('prod', ACCEPTS)
      const done = await run(`login --context prod --credential-file ${writeToken(` ${TOKEN}\r\n`)}`)
      expect(done).to.include({exitCode: 0, stderr: ''})
      expect(requests.map(({method, path, headers}) => [method, path, headers.authorization])).to.deep.equal([
        ['GET', '/v1/organizations?limit=1&offset=0', `Bearer ${TOKEN}`],
      ])
      const [name = ''] = readdirSync(join(home, 'config', 'credentials'))
      const file = join(home, 'config', 'credentials', name)
      expect(statSync(file).mode & 0o777).to.equal(0o600)
      expect(readFileSync(file, 'utf8')).to.contain(TOKEN)
      expect(done.stdout).to.equal(
        [
          `Signed in to ${url.href}`,
          '  context  prod',
          '  expires  2026-12-22T12:00:00Z',
          `The token is stored in ${file}, because no keychain can be reached\n`,
        ].join('\n'),
      )
      expect((await findContext('prod'))?.credential).to.deep.equal({from: 'file', origin: url.origin})
      expect(readFileSync(join(home, 'config', 'settings.json'), 'utf8')).to.not.contain(TOKEN.slice(40, 100))
    })

    it('says that CI is why the keychain was not tried', async () => {
      await addServed('prod', ACCEPTS)
      const done = await run('login --context prod --credential-file -', {stdin: TOKEN, env: {CI: '1'}})
      expect(done).to.include({exitCode: 0})
      expect(done.stdout).to.contain(', because no keychain is opened while CI is set\n')
    })

    for (const [what, token] of [
      ['malformed', 'hunter2'],
      ['expired', tokenOf({exp: TEST_NOW / 1000 - 3600})],
    ] as const) {
      it(`has a hint that fits a ${what} token`, async () => {
        await addServed('prod')
        const stderr = await refuse('login --context prod --credential-file -', 4, {stdin: token})
        expect(stderr).to.contain('Give a whole token that is still valid, on one line')
      })
    }

    it('stores it in the keychain if there is one, and says so', async () => {
      await addServed('prod', ACCEPTS)
      const saved: unknown[] = []
      const credentials: RunOptions['credentials'] = {
        async saveCredential(_, key, secret) {
          saved.push({...key, secret})
          return 'keychain'
        },
      }
      const done = await run('login --context prod --credential-file -', {stdin: TOKEN, credentials})
      expect(done.stdout).to.contain('The token is stored in the keychain\n')
      const origin = server?.url.origin
      expect(saved).to.deep.equal([{vendor: 'astro', context: 'prod', origin, secret: TOKEN}])
      expect((await findContext('prod'))?.credential).to.deep.equal({from: 'keychain', origin})
    })

    it('asks for the token at a terminal', async () => {
      await addServed('prod', ACCEPTS)
      const answers = [{to: `${QUESTION}prod (127.0.0.1:${server?.url.port})`, answer: ` ${TOKEN} `}]
      expect(await run('login --context prod', {tty: true, answers})).to.include({exitCode: 0})
      expect(readStored()[0]).to.contain(`"${TOKEN}"`)
    })

    it('takes the context of TOKENRY_CONTEXT', async () => {
      await addServed('prod', ACCEPTS)
      const signedIn = await json('login --credential-file -', {stdin: TOKEN, env: {TOKENRY_CONTEXT: 'prod'}})
      expect(signedIn).to.deep.include({
        context: 'prod',
        vendor: 'astro',
        created: false,
        current: false,
        store: 'file',
      })
      expect(signedIn['token']).to.deep.equal({
        id: 't1',
        issuer: 'https://auth.example.com/',
        expiresAt: '2026-12-22T12:00:00Z',
        places: {organization: 'o1', workspace: 'w1'},
      })
    })

    it('makes and uses a context with the name of the vendor, and then uses that one', async () => {
      const first = await json('login --vendor tiny --credential-file -', TINY_OPTIONS)
      expect(first).to.deep.include({context: 'tiny', vendor: 'tiny', created: true, current: true})
      await json('context use embedded', TINY_OPTIONS)
      const again = await json('login --vendor tiny --credential-file -', TINY_OPTIONS)
      expect(again).to.deep.include({context: 'tiny', created: false, current: true})
      expect(await findContext('tiny', TINY_OPTIONS)).to.deep.include({
        currentFor: ['tiny'],
        credential: {from: 'file', origin: 'https://api.tiny.example'},
      })
    })

    it('asks for the vendor if there are several, and not if there is one', async () => {
      const several = [
        {to: 'Which vendor?', answer: 'Tiny'},
        {to: 'Token of Tiny for tiny (api.tiny.example)', answer: 'tiny-secret'},
      ]
      expect(await run('login', {tty: true, answers: several, vendors: ASTRO_AND_TINY})).to.include({exitCode: 0})
      const one = [{to: 'Token of Tiny for tiny', answer: 'tiny-secret'}]
      expect(await run('login', {tty: true, answers: one, vendors: [TINY]})).to.include({exitCode: 0})
    })

    it('is USAGE without a terminal if neither context nor vendor is named, or no token is given', async () => {
      expect(await refuse('login', 2)).to.contain('Neither a context nor a vendor is named')
      expect(await refuse('login --credential-file -', 2, {stdin: TOKEN})).to.contain('--vendor')
      expect(await refuse('login --vendor astro', 2, {stdin: ''})).to.contain('standard input')
      expect(await refuse('login --vendor astro --no-input', 2, {tty: true})).to.contain('--credential-file')
      expect(await refuse('login --vendor none --credential-file -', 2, {stdin: TOKEN})).to.contain('--vendor')
    })

    it('is USAGE for a context that does not exist, and CONFLICT for a name of several vendors', async () => {
      expect(await refuse('login --context none --credential-file -', 2, {stdin: TOKEN})).to.contain('none')
      await json('context add prod --vendor astro', TINY_OPTIONS)
      await json('context add prod --vendor tiny', TINY_OPTIONS)
      expect(await refuse('login --context prod --credential-file -', 7, TINY_OPTIONS)).to.contain(
        'tokenry login --context prod --vendor astro',
      )
      expect(await json('login --context prod --vendor tiny', TINY_OPTIONS)).to.include({
        vendor: 'tiny',
        context: 'prod',
        created: false,
        current: false,
      })
    })

    it('is USAGE for the embedded service, which needs no credential', async () => {
      await json('context add local --vendor embedded')
      for (const name of [EMBEDDED, 'local']) {
        expect(await refuse(`login --context ${name} --credential-file -`, 2, {stdin: TOKEN})).to.contain(
          'no credential',
        )
      }
      await json('context add astro --vendor embedded')
      expect(await refuse('login --vendor astro --credential-file -', 7, {stdin: TOKEN})).to.contain('astro')
    })

    it('does not replace the variable or the command of a context', async () => {
      await json('context add ci --vendor astro --credential-env CI_TOKEN')
      await json('context add op --vendor astro --credential-command true')
      expect(await refuse('login --context ci --credential-file -', 7, {stdin: TOKEN})).to.contain('CI_TOKEN')
      expect(await refuse('login --context op --credential-file -', 7, {stdin: TOKEN})).to.contain('a command')
    })

    for (const [what, token, exitCode, word] of [
      ['malformed', 'abc', 4, 'standard input'],
      ['expired', tokenOf({exp: TEST_NOW / 1000 - 3600}), 4, 'expired'],
      ['empty', ' \n', 2, 'No token'],
      ['on two lines', `${TOKEN}\n${TOKEN}`, 2, 'More than one line'],
    ] as const) {
      it(`sends and stores nothing if the token is ${what}`, async () => {
        const {requests} = await addServed('prod', ACCEPTS)
        expect(await refuse('login --context prod --credential-file -', exitCode, {stdin: token})).to.contain(word)
        expect(requests).to.deep.equal([])
      })
    }

    it('sends nothing from a file that others can read', async () => {
      const {requests} = await addServed('prod', ACCEPTS)
      const file = writeToken(TOKEN, 0o644)
      expect(await refuse(`login --context prod --credential-file ${file}`, 3)).to.contain(`chmod 600 ${file}`)
      expect(requests).to.deep.equal([])
    })

    it('does not send a token of a tokenry installation to the vendor', async () => {
      const stdin = tokenOf({iss: 'urn:tokenry:abc'})
      expect(await refuse('login --vendor astro --credential-file -', 3, {stdin})).to.contain('not sent')
    })

    it('stores nothing if the vendor refuses the token, and keeps the earlier one', async () => {
      await addServed('prod', ACCEPTS, REFUSES)
      await json('login --context prod --credential-file -', {stdin: OTHER})
      expect(await refuse('login --context prod --credential-file -', 4, {stdin: TOKEN})).to.contain('status 401')
      expect(readStored()[0]).to.contain(OTHER)
    })

    it('stores a token that can do little, with a warning of the vendor', async () => {
      const api = {...TINY_API, signIn: async () => ({warning: 'The token is valid, but not of an Admin'})}
      const vendors = [{...TINY, loadApi: async () => api}]
      const done = await run('login --vendor tiny --credential-file -', {...TINY_OPTIONS, vendors})
      expect(done.exitCode).to.equal(0)
      expect(done.stderr).to.equal('Warning: The token is valid, but not of an Admin\n')
      expect(readStored()[0]).to.contain('tiny-secret')
    })

    it('does not send the token to a URL that someone has written into the settings as http', async () => {
      await addServed('prod', ACCEPTS)
      const file = join(home, 'config', 'settings.json')
      writeFileSync(file, readFileSync(file, 'utf8').replace(/http:[^"]*/, 'http://tokens.example.com/v1'))
      await refuse('login --context prod --credential-file -', 3, {stdin: TOKEN})
    })

    it('ignores ASTRO_DOMAIN: the token goes where the person has said', async () => {
      const {requests} = await addServed('prod', ACCEPTS)
      const env = {ASTRO_DOMAIN: 'astronomer-stage.io'}
      await json('login --context prod --credential-file -', {stdin: TOKEN, env})
      expect(requests).to.have.lengthOf(1)
    })

    it('names the variable that takes precedence over the new current context', async () => {
      const done = await run('login --vendor tiny --credential-file -', {...TINY_OPTIONS, env: {TINY_KEY: 'x'}})
      expect(done.stderr).to.equal('Warning: TINY_KEY is set, and takes precedence over the current context\n')
    })

    it('stores nothing if the context is removed while the vendor checks the token', async () => {
      await addServed('prod', (req, res) => {
        void json('context remove prod').then(() => ACCEPTS(req, res))
      })
      const done = await run('login --context prod --credential-file -', {stdin: TOKEN})
      expect(done).to.include({exitCode: 7, stdout: ''})
      expect(readStored()).to.deep.equal([])
      expect(await findContext('prod')).to.equal(undefined)
    })
  })

  describe('logout', () => {
    it('removes the stored token, and the context stays', async () => {
      await addServed('prod', ACCEPTS)
      await json('login --context prod --credential-file -', {stdin: TOKEN})
      const done = await run('logout --context prod')
      expect(done).to.deep.equal({
        exitCode: 0,
        stdout: 'The token of the context prod was removed from the file; it stays valid at the vendor\n',
        stderr: '',
      })
      expect(readStored()).to.deep.equal([])
      expect(await findContext('prod')).to.deep.include({credential: null})
    })

    it('succeeds with a plain message if nothing is stored', async () => {
      const none = {exitCode: 0, stderr: ''}
      expect(await run('logout')).to.deep.equal({...none, stdout: 'Nothing is stored for astro\n'})
      await json('context add ci --vendor astro --credential-env CI_TOKEN')
      expect(await run('logout --context ci')).to.deep.equal({
        ...none,
        stdout: 'Nothing is stored for the context ci\n',
      })
      expect((await findContext('ci'))?.credential).to.deep.equal({from: 'variable', variable: 'CI_TOKEN'})
    })

    it('signs out of the current context of the vendor', async () => {
      await addServed('prod', ACCEPTS)
      await json('login --context prod --credential-file -', {stdin: TOKEN})
      await json('context use prod')
      expect(await json('logout --vendor astro')).to.deep.equal({context: 'prod', vendor: 'astro', removedFrom: 'file'})
    })

    it('asks for the vendor if there are several, and is USAGE without a terminal', async () => {
      await json('login --vendor tiny --credential-file -', TINY_OPTIONS)
      expect(await refuse('logout', 2, {vendors: ASTRO_AND_TINY})).to.contain('--vendor')
      const answers = [{to: 'Which vendor?', answer: 'Tiny'}]
      expect(await run('logout', {tty: true, answers, vendors: ASTRO_AND_TINY})).to.include({exitCode: 0})
      expect(readStored()).to.deep.equal([])
    })

    it('is USAGE for a context that does not exist, and for the embedded service', async () => {
      expect(await refuse('logout --context none', 2)).to.contain('No context named none')
      expect(await refuse('logout --context embedded', 2)).to.contain('no credential')
    })

    it('stays signed in if the keychain cannot be reached, and so does `context remove`', async () => {
      await addServed('prod', ACCEPTS)
      const credentials: RunOptions['credentials'] = {
        saveCredential: async () => 'keychain',
        async removeCredential() {
          throw new AppError('CONFIG', 'The keychain cannot be reached', {hint: 'Unlock it'})
        },
      }
      await json('login --context prod --credential-file -', {stdin: TOKEN, credentials})
      for (const words of ['logout --context prod', 'context remove prod']) {
        expect(await refuse(words, 3, {credentials})).to.contain('The keychain cannot be reached')
      }
      expect((await findContext('prod'))?.credential?.from).to.equal('keychain')
    })
  })

  it('`context remove` deletes the stored token too', async () => {
    await addServed('prod', ACCEPTS)
    await json('login --context prod --credential-file -', {stdin: TOKEN})
    expect((await run('context remove prod')).stdout).to.contain('Its token was removed from the file')
    expect(readStored()).to.deep.equal([])
    // A new context of the same name is not signed in.
    await json(`context add prod --vendor astro --api-url ${server?.url.href}`)
    expect((await run('whoami --context prod')).exitCode).to.equal(3)
  })

  describe('with a keychain and a file', () => {
    let fake: FakeKeyring
    before(async () => {
      fake = await copyWithFakeKeyring(tempFolderOfFile())
    })
    beforeEach(async () => {
      fake.install()
      await addServed('prod', ACCEPTS)
    })
    const LOGIN = 'login --context prod --credential-file -'
    const atDesktop = () => ({stdin: TOKEN, credentials: withKeyring(fake)})
    const inCi = () => ({...atDesktop(), env: {CI: '1'}})
    /** How many tokens each store holds. */
    const count = () => ({keychain: Object.keys(fake.entries()).length, file: readStored().length})

    it('`login` removes the older token from the file', async () => {
      await json(LOGIN, inCi())
      expect(count()).to.deep.equal({keychain: 0, file: 1})
      await json(LOGIN, atDesktop())
      expect(count()).to.deep.equal({keychain: 1, file: 0})
    })

    it('`login` removes the older token from the keychain if it can be reached again', async () => {
      await json(LOGIN, atDesktop())
      const credentials = {...withKeyring(fake), saveCredential: LAZY_CREDENTIALS.saveCredential}
      // The keychain was locked for a moment.
      const done = await run(LOGIN, {stdin: TOKEN, credentials, env: NO_KEYCHAIN})
      expect(done).to.include({exitCode: 0, stderr: ''})
      expect(count()).to.deep.equal({keychain: 0, file: 1})
    })

    for (const [words, title] of [
      ['logout --context prod', 'logout'],
      ['context remove prod', 'context remove'],
    ] as const) {
      it(`\`login\` in CI warns that the older token stays in the keychain, and \`${title}\` removes both`, async () => {
        await json(LOGIN, atDesktop())
        const done = await run(LOGIN, inCi())
        expect(done.exitCode).to.equal(0)
        expect(done.stderr).to.equal(
          'Warning: An older token of the context prod stays in the keychain. To remove it: sign in again or log out, where the keychain can be reached and CI is not set\n',
        )
        expect(count()).to.deep.equal({keychain: 1, file: 1})
        expect(await run(words, atDesktop())).to.include({exitCode: 0, stderr: ''})
        expect(count()).to.deep.equal({keychain: 0, file: 0})
      })
    }

    it('`logout` removes the older token later, if it was in CI first', async () => {
      await json(LOGIN, atDesktop())
      await run(LOGIN, inCi())
      expect(await json('logout --context prod', inCi())).to.include({removedFrom: 'file'})
      expect(count()).to.deep.equal({keychain: 1, file: 0})
      expect(await json('logout --context prod', atDesktop())).to.include({removedFrom: 'keychain'})
      expect(count()).to.deep.equal({keychain: 0, file: 0})
    })

    it('`login` names the file in which an older token stays', async () => {
      await json(LOGIN, inCi())
      const keyring = withKeyring(fake)
      const credentials: RunOptions['credentials'] = {
        ...keyring,
        async removeCredential(...given) {
          if (given[2] === 'keychain') return keyring.removeCredential(...given)
          throw new AppError('CONFIG', 'Cannot remove the credential file', {hint: 'Remove it'})
        },
      }
      const done = await run(LOGIN, {stdin: TOKEN, credentials})
      const [name = ''] = readdirSync(join(home, 'config', 'credentials'))
      const file = join(home, 'config', 'credentials', name)
      expect(done.exitCode).to.equal(0)
      expect(done.stderr).to.equal(
        `Warning: An older token of the context prod stays in ${file}. To remove it: rm -f ${file}\n`,
      )
    })

    it('`login` stores nothing if others may write to the folder of the files', async () => {
      mkdirSync(join(home, 'config', 'credentials'))
      chmodSync(join(home, 'config', 'credentials'), 0o777)
      expect(await refuse(LOGIN, 3, atDesktop())).to.contain('chmod go-w')
      expect(count()).to.deep.equal({keychain: 0, file: 0})
    })

    it('keep the token that the settings name, if `login` cannot record a new one', async () => {
      await json(LOGIN, inCi())
      const settings = join(home, 'config', 'settings.json')
      const credentials: RunOptions['credentials'] = {
        ...withKeyring(fake),
        async saveCredential(...given) {
          const store = await withKeyring(fake).saveCredential(...given)
          chmodSync(settings, 0o666)
          return store
        },
      }
      expect(await refuse(LOGIN, 3, {stdin: OTHER, credentials})).to.contain(settings)
      expect(count()).to.deep.equal({keychain: 0, file: 1})
    })

    for (const store of ['file', 'keychain'] as const) {
      for (const [words, recorded] of [
        ['logout --context prod', 'nothing'],
        ['context remove prod', 'nothing'],
        ['logout --context prod', 'the other store'],
        ['context remove prod', 'the other store'],
      ] as const) {
        it(`\`${words}\` removes the ${store} of a killed \`login\`, if the settings record ${recorded}`, async () => {
          if (recorded !== 'nothing') await json(LOGIN, store === 'file' ? atDesktop() : inCi())
          const key = {vendor: 'astro', context: 'prod', origin: 'https://x.example'}
          const env = store === 'file' ? {CI: '1'} : {}
          expect(await fake.store.saveCredential({folder: join(home, 'config'), env}, key, 'sesame')).to.equal(store)
          expect(count()[store]).to.equal(1)
          expect(await run(words, atDesktop())).to.include({exitCode: 0, stderr: ''})
          expect(count()).to.deep.equal({keychain: 0, file: 0})
        })
      }
    }

    it('`logout` removes the file of a killed `login`, although the keychain cannot be reached', async () => {
      await json(LOGIN, atDesktop())
      const key = {vendor: 'astro', context: 'prod', origin: 'https://x.example'}
      await fake.store.saveCredential({folder: join(home, 'config'), env: {CI: '1'}}, key, 'sesame')
      expect((await run('logout --context prod', inCi())).exitCode).to.equal(3)
      expect(count()).to.deep.equal({keychain: 1, file: 0})
    })

    it('`logout` removes the token of a killed first `login`, which has made no context yet', async () => {
      const key = {vendor: 'astro', context: 'astro', origin: 'https://api.astronomer.io'}
      await fake.store.saveCredential({folder: join(home, 'config'), env: {CI: '1'}}, key, 'sesame')
      const done = await run('logout --vendor astro')
      expect(done.stdout).to.contain('The token of astro was removed from the file')
      expect(count()).to.deep.equal({keychain: 0, file: 0})
    })
  })

  it('`logout` writes nothing if there are no settings', async () => {
    expect(await run('logout')).to.include({exitCode: 0})
    expect(readdirSync(home)).to.deep.equal([])
  })

  it('leave a token only where the settings name it, if several commands run concurrently', async () => {
    await addServed('prod', ACCEPTS)
    const login = 'login --context prod --credential-file -'
    for (let round = 0; round < 5; round++) {
      const runs = await Promise.all([
        ...[login, login, 'logout --context prod', login, 'logout --context prod'].map((words) =>
          run(words, {stdin: TOKEN}),
        ),
      ])
      expect(runs.map(({exitCode}) => exitCode)).to.deep.equal([0, 0, 0, 0, 0])
      const isSignedIn = (await findContext('prod'))?.credential !== null
      expect(readStored()).to.have.lengthOf(isSignedIn ? 1 : 0)
    }
    const both = await Promise.all([run(login, {stdin: TOKEN}), run('context remove prod')])
    expect(both[1]).to.include({exitCode: 0})
    expect(readStored(), both[0].stderr).to.deep.equal([])
    expect(readdirSync(join(home, 'config')).sort()).to.deep.equal(['credentials', 'settings.json'])
  })
})

const NO_KEYCHAIN = {DBUS_SESSION_BUS_ADDRESS: 'unix:path=/none'}

/** Return the stores with this keychain. Their errors are those of the program, not of the copy. */
function withKeyring({store}: FakeKeyring): Pick<Credentials, 'saveCredential' | 'removeCredential'> {
  const translate = (err: AppError): never => {
    throw new AppError(err.code, err.message, err.details)
  }
  return {
    saveCredential: (...given) => store.saveCredential(...given).catch(translate),
    removeCredential: (...given) => store.removeCredential(...given).catch(translate),
  }
}
