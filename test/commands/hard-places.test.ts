import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import {VENDORS} from '../../src/vendors/index.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {type RunOptions, resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1']
const LIST = ['deployment', 'token', 'list']
const DAY_MS = 86_400_000

describe('in difficult conditions', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})
  const database = () => join(home, 'data', 'tokenry.db')

  describe('a database', () => {
    it('that is damaged is a CONFIG error that names it, and is not changed', async () => {
      mkdirSync(join(home, 'data'))
      writeFileSync(database(), 'no database at all'.repeat(100))
      for (const argv of [CREATE, LIST, ['token', 'verify'], ['service', 'role', 'list']]) {
        const refused = await run(argv, {stdin: 'x.y.z'})
        expect(refused).to.include({exitCode: 3, stdout: ''})
        expect(refused.stderr).to.contain(database()).and.to.contain('damaged')
      }
      expect(readFileSync(database(), 'utf8')).to.equal('no database at all'.repeat(100))
    })

    it('of a newer version is a CONFIG error that names it, and is not changed', async () => {
      await run([...CREATE, '-c'])
      const db = new DatabaseSync(database())
      db.exec('INSERT INTO migration (version, applied_at) VALUES (999, 0)')
      db.close()
      const before = readFileSync(database())
      const refused = await run([...CREATE, '-c'])
      expect(refused).to.include({exitCode: 3, stdout: ''})
      expect(refused.stderr).to.contain(database()).and.to.contain('newer version')
      expect(readFileSync(database()).equals(before)).to.equal(true)
    })

    it('below a file instead of a folder is a CONFIG error that names the file', async () => {
      writeFileSync(join(home, 'file'), '')
      const refused = await run(CREATE, {env: {TOKENRY_HOME: join(home, 'file')}})
      expect(refused).to.include({exitCode: 3, stdout: ''})
      expect(refused.stderr).to.contain(join(home, 'file'))
    })
  })

  describe('--output', () => {
    it('is a CONFLICT for a broken symbolic link, before any question and before a token is created', async () => {
      const file = join(home, 'link')
      symlinkSync('nowhere', file)
      const refused = await run(['deployment', 'token', 'create', '--output', file], {tty: true})
      expect(refused).to.include({exitCode: 7, stdout: ''})
      expect(existsSync(database())).to.equal(false)
    })

    it('is refused for a folder', async () => {
      expect(await run([...CREATE, '--output', `${home}/`])).to.include({exitCode: 3, stdout: ''})
      const refused = await run([...CREATE, '--output', home])
      expect(refused).to.include({exitCode: 3, stdout: ''})
      expect(refused.stderr).to.equal(
        `Error: ${home}/ is a folder\nName a file in it, such as --output ${home}/token.txt\n`,
      )
    })

    it('is refused for a path where a file cannot exist, before a token is created', async () => {
      writeFileSync(join(home, 'file'), '')
      symlinkSync('loop', join(home, 'loop'))
      expect(await run([...CREATE, '--output', `${home}/file/`])).to.include({
        exitCode: 3,
        stderr: `Error: ${home}/file/ is a folder\nName a file in it, such as --output ${home}/file/token.txt\n`,
      })
      for (const [path, code] of [
        ['file/x', 'ENOTDIR'],
        ['loop/x', 'ELOOP'],
        ['none/x', 'ENOENT'],
      ] as const) {
        const refused = await run([...CREATE, '--output', join(home, path)])
        expect(refused, path).to.include({
          exitCode: 3,
          stdout: '',
          stderr:
            `Error: Cannot write ${home}/${path} (${code})\n` +
            'Give --output a file in a folder that exists and that you can write to\n',
        })
      }
    })

    it('is refused for a device, with a hint at `-` for standard output', async () => {
      for (const device of ['/dev/stdout', '/dev/null']) {
        const refused = await run([...CREATE, '--output', device])
        expect(refused).to.include({exitCode: 3, stdout: ''})
        expect(refused.stderr).to.contain(`Error: ${device} is not a file\n`).and.to.contain('use --output -')
      }
      expect(existsSync(database())).to.equal(false)
    })

    it('creates a file that its owner can read, even under umask 777', async () => {
      const umask = process.umask(0o777)
      try {
        await run([...CREATE, '--output', join(home, 'token')])
      } finally {
        process.umask(umask)
      }
      expect(statSync(join(home, 'token')).mode & 0o777).to.equal(0o600)
      expect(statSync(join(home, 'data')).mode & 0o777).to.equal(0o700)
      expect(statSync(database()).mode & 0o777).to.equal(0o600)
    })

    it('accepts every name length that the file system accepts, and leaves no other file', async () => {
      const name = 'x'.repeat(255)
      expect(await run([...CREATE, '--output', join(home, name)])).to.include({exitCode: 0})
      expect(readdirSync(home).sort()).to.deep.equal(['data', name])
    })
  })

  describe('a name with control sequences for a terminal', () => {
    const evil = 'x\u001b]0;pwn\u0007\n::error::hi'

    it('is escaped in all output', async () => {
      await run(['service', 'deployment', 'create', evil])
      await run(['service', 'deployment', 'delete', 'default', '-f'])
      for (const argv of [LIST, [...CREATE, '-n', evil], ['deployment', 'token', 'rotate', '-t', 'none', '-f']]) {
        for (const tty of [false, true]) {
          const {stdout, stderr} = await run(argv, {tty, env: {NO_COLOR: '1'}})
          expect(stdout + stderr)
            .to.not.contain('\u001b')
            .and.to.not.match(/^::error/m)
        }
      }
    })

    it('is escaped in the claims of an inspected token, including their names', async () => {
      const claims = Buffer.from(JSON.stringify({[evil]: evil})).toString('base64url')
      const {stdout} = await run(['token', 'inspect'], {stdin: `e30.${claims}.c2ln`})
      expect(stdout)
        .to.not.contain('\u001b')
        .and.to.not.match(/^::error/m)
    })
  })

  describe('the environment', () => {
    it('is refused if it asks for a feature that this version does not have', async () => {
      for (const name of ['TOKENRY_DATABASE_URL', 'TOKENRY_MASTER_KEY']) {
        const refused = await run(CREATE, {env: {[name]: 'postgres://user:secret@localhost/db'}})
        expect(refused).to.include({exitCode: 3, stdout: ''})
        expect(refused.stderr).to.contain(name).and.to.not.contain('secret')
      }
    })

    it('names the organization and the workspace, and a wrong id is refused', async () => {
      const [deployment] = resultOf<{workspaceId: string; organizationId: string}[]>(
        await run(['deployment', 'list', '--json']),
      )
      const right = {
        TOKENRY_ORGANIZATION_ID: deployment?.organizationId ?? '',
        TOKENRY_WORKSPACE_ID: deployment?.workspaceId ?? '',
      }
      expect(await run([...CREATE, '-c'], {env: right})).to.include({exitCode: 0})
      expect(await run(CREATE, {env: {TOKENRY_ORGANIZATION_ID: 'cnone'}})).to.include({exitCode: 6})
      expect(await run(CREATE, {env: {TOKENRY_WORKSPACE_ID: 'cnone'}})).to.include({exitCode: 6})
      expect(await run([...CREATE, '--workspace-id', 'cnone'])).to.include({exitCode: 6})
      expect(await run(CREATE, {env: {TOKENRY_WORKSPACE_ID: ''}})).to.include({exitCode: 3})
    })

    it('without a home folder is a CONFIG error', async () => {
      const {resolveFolders} = await import('../../src/config/folders.ts')
      expect(() => resolveFolders({}, 'linux', ''))
        .to.throw()
        .with.property('code', 'CONFIG')
    })

    it('is a CONFIG error if the configuration of astro cannot be read', async () => {
      mkdirSync(join(home, '.astro', 'config.yaml'), {recursive: true})
      const refused = await run(CREATE)
      expect(refused).to.include({exitCode: 3, stdout: ''})
      expect(refused.stderr).to.contain('config.yaml')
    })

    for (const token of ['Bearer ', '"Bearer "', 'null', '~', '""', "''"]) {
      it(`does not read the token ${token} in the configuration of astro as a session`, async () => {
        mkdirSync(join(home, '.astro'))
        writeFileSync(
          join(home, '.astro', 'config.yaml'),
          `contexts:\n  localhost:\n    token: ${token}\n    workspace: x\n`,
        )
        expect(await run([...CREATE, '-c'])).to.include({exitCode: 0})
      })
    }

    it('is a CONFIG error that names the settings if their current context does not exist', async () => {
      await keepSettings(join(home, 'config'), {contexts: [], current: {astro: 'gone'}}, VENDORS)
      const refused = await run(CREATE)
      expect(refused).to.include({exitCode: 3, stdout: ''})
      expect(refused.stderr).to.contain('settings.json').and.to.contain('gone')
    })
  })

  it('a secret identifies its deployment if there are several', async () => {
    const {token} = resultOf(await run([...CREATE, '--json']))
    await run(['service', 'deployment', 'create', 'other'])
    const file = join(home, 'token.txt')
    writeFileSync(file, String(token), {mode: 0o600})
    expect(await run(['deployment', 'token', 'delete', '--token-file', file, '-f'])).to.include({exitCode: 0})
  })

  it('a data folder that cannot be created is an error, not an endless retry', async () => {
    const refused = await run(CREATE, {env: {TOKENRY_HOME: '/proc/tokenry'}})
    expect(refused).to.include({exitCode: 3, stdout: ''})
    expect(refused.stderr).to.contain('/proc/tokenry')
  })

  it('--debug logs the organization and the deployment of the command', async () => {
    for (const flags of [['--debug'], ['--verbosity', 'debug'], ['--verbosity=trace']]) {
      expect((await run([...LIST, ...flags])).stderr).to.match(/organization c\w+, deployment default \(c\w+\)/)
    }
    expect((await run([...CREATE, '--verbosity', 'info'])).stderr).to.not.contain('organization c')
  })

  it('an empty id is a usage error, not NOT_FOUND', async () => {
    expect(await run(['deployment', 'token', 'delete', '', '-f'])).to.include({exitCode: 2})
  })

  it('an expired secret still finds its token, to rotate it', async () => {
    const {token} = resultOf(await run([...CREATE, '--json']))
    const file = join(home, 'token.txt')
    writeFileSync(file, String(token), {mode: 0o600})
    const nowMs = TEST_NOW + 3 * DAY_MS
    const rotated = await run(['deployment', 'token', 'rotate', '--token-file', file, '-f', '-c'], {nowMs})
    expect(rotated.exitCode).to.equal(0)
    expect(await run(['token', 'verify'], {stdin: rotated.stdout, nowMs})).to.include({exitCode: 0})
  })

  it('an invalid flag is refused before any question is asked', async () => {
    const argv = ['deployment', 'token', 'create']
    expect(await run([...argv, '-n', 'x', '-r', 'BAD'], {tty: true})).to.include({exitCode: 2})
    expect(await run([...argv, '-n', 'x'.repeat(300), '-r', 'DEPLOYMENT_ADMIN'], {tty: true})).to.include({exitCode: 2})
  })

  it('an endless stream is not read as a token', async () => {
    expect(await run(['token', 'verify'], {stdin: 'x'.repeat(2_000_000)})).to.include({exitCode: 2})
  })

  it('a document that cannot be written as JSON is an error document instead', async () => {
    const nested = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    const value = `e30.${Buffer.from(nested).toString('base64url')}.c2ln`
    const refused = await run(['token', 'inspect', '--json'], {stdin: value})
    expect(JSON.parse(refused.stdout)).to.include({ok: false})
  })

  it('a header is not hidden by a claim of the same name, and an unsecured JWT is a JWT', async () => {
    const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url')
    const {stdout, exitCode} = await run(['token', 'inspect'], {
      stdin: `${part({alg: 'none'})}.${part({alg: 'EdDSA'})}.`,
    })
    expect(exitCode).to.equal(0)
    expect(stdout).to.match(/Header.*\n {2}alg {2}none\nClaims.*\n {2}alg {2}EdDSA\n/)
  })

  it('an expiry that cannot be read is shown as such, and fails --valid-for', async () => {
    const value = `e30.${Buffer.from('{"exp":1e20}').toString('base64url')}.c2ln`
    expect((await run(['token', 'inspect'], {stdin: value})).stdout).to.contain('at an unreadable time')
    expect(await run(['token', 'inspect', '--valid-for', '1d'], {stdin: value})).to.include({exitCode: 10})
  })

  it('garbage is not a JWT, and no claims are printed', async () => {
    expect(await run(['token', 'inspect'], {stdin: 'garbage'})).to.include({exitCode: 10, stdout: ''})
  })

  it('the version is a document under --json', async () => {
    expect(resultOf(await run(['--version', '--json']))).to.deep.equal({version: '0.2.0'})
  })
})
