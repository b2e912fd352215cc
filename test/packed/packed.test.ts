import {execFile, spawn} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect} from 'chai'
import {readDocBlocks} from '../support/doc-blocks.ts'
import {ROOT, type Spawned} from '../support/spawn-tokenry.ts'

const {engines, version} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
/**
 * The lowest version of each line that package.json allows. SUPPORTED adds the newest line, which
 * has no upper bound.
 */
const [LOWEST_22, LOWEST_24] = String(engines.node).match(/\d+\.\d+\.\d+/g) ?? []
const SUPPORTED = [LOWEST_22, LOWEST_24, '26'].map(String)
const TOO_OLD = '20'

const CREATE = 'tokenry deployment token create --name ci --role DEPLOYMENT_ADMIN --expiration 30'
const TOKEN_LINE = /^[\w-]+\.[\w-]+\.[\w-]+\n$/
/** Each Node is a download of about 40 MB. */
const DOWNLOAD_MS = 300_000
const RUN_MS = 60_000

describe('the packed package', function () {
  this.timeout(RUN_MS)
  let folder = ''

  before('pack it, install it, and bring every Node', async function () {
    this.timeout(DOWNLOAD_MS)
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'tokenry-packed-'))
    await Promise.all([installPackage(folder), ...[...SUPPORTED, TOO_OLD].map((wanted) => installNode(folder, wanted))])
  })
  after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 10, retryDelay: 50}))

  for (const wanted of SUPPORTED) {
    describe(`on Node ${wanted}`, () => {
      it('runs on exactly this Node, and --version reports it', async () => {
        const run = await bash('tokenry --version', {folder, wanted})
        expect(run).to.include({exitCode: 0, stderr: ''})
        expect(run.stdout).to.match(new RegExp(`^tokenry/${version} \\S+ node-v${wanted}(\\.\\d+)*\\n$`))
      })

      it('prints one token and nothing else: no warning from Node, not even at the first start', async () => {
        for (const start of ['first', 'second']) {
          const run = await bash(`${CREATE} --clean-output`, {folder, wanted, home: 'clean'})
          expect(run, start).to.include({exitCode: 0, stderr: ''})
          expect(run.stdout, start).to.match(TOKEN_LINE)
        }
      })

      it('creates, lists, verifies, inspects, rotates and deletes a token', async () => {
        const script = `
          set -e
          ${CREATE} --output old.txt 2> said
          tokenry deployment token list --no-header | cut -f 2,3
          tokenry token verify --token-file old.txt --json | grep -c '"valid":true'
          tokenry token inspect --token-file old.txt --json | grep -c '"alg":"EdDSA"'
          tokenry deployment token rotate --token-file old.txt --force --clean-output > new.txt
          chmod 600 new.txt
          tokenry token verify --token-file old.txt > reason 2>&1 || echo "old $?"
          tokenry token verify --token-file new.txt > /dev/null; echo "new $?"
          tokenry deployment token delete --token-file new.txt --force
          tokenry token verify --token-file new.txt > /dev/null 2>&1 || echo "new $?"
          tokenry deployment token list --json | tr -d ' \\n'`
        const run = await bash(script, {folder, wanted, home: 'life'})
        expect(run).to.deep.equal({
          exitCode: 0,
          stderr: '',
          stdout: [
            'ci\tDEPLOYMENT_ADMIN',
            '1',
            '1',
            'old 10',
            'new 0',
            'Deployment API token ci was successfully deleted',
            'new 10',
            '{"schemaVersion":1,"ok":true,"result":[],"warnings":[]}',
          ].join('\n'),
        })
      })

      it('exits with the code of the error', async () => {
        const script = `
          tokenry deployment token craete; echo "exit $?"
          tokenry deployment token delete none --force; echo "exit $?"
          TOKENRY_HOME= tokenry deployment token list; echo "exit $?"
          ${CREATE} --clean-output > /dev/full; echo "exit $?"`
        const run = await bash(script, {folder, wanted, home: 'codes'})
        expect(run.stdout).to.equal('exit 2\nexit 6\nexit 3\nexit 11\n')
        expect(run.stderr).to.not.match(/ExperimentalWarning|node:|^ {4}at /m)
      })

      it('writes no error when a reader closes the pipe', async () => {
        const script = `set -o pipefail; ${CREATE} -c > /dev/null; tokenry deployment token list | head -1; tokenry --help | head -1`
        const run = await bash(script, {folder, wanted, home: 'pipe'})
        expect(run).to.include({exitCode: 0, stderr: ''})
        expect(run.stdout.split('\n')).to.have.lengthOf(3)
      })
    })
  }

  for (const [prefix, reason] of [
    ['prefix', 'unreachable'],
    ['bare', 'missing'],
  ] as const) {
    describe(prefix === 'prefix' ? 'with its optional package' : 'without its optional package', () => {
      const installed = () => join(folder, prefix, 'lib', 'node_modules', 'tokenry')

      it('has no other package', () => {
        const modules = join(installed(), 'node_modules')
        const scopes = existsSync(modules) ? readdirSync(modules).filter((name) => !name.startsWith('.')) : []
        expect(scopes).to.deep.equal(prefix === 'prefix' ? ['@napi-rs'] : [])
      })

      for (const wanted of SUPPORTED) {
        it(`says on Node ${wanted} why there is no keychain, and creates tokens`, async () => {
          const request = JSON.stringify({operation: 'read', account: 'none'})
          const script = `
            echo '${request}' | node "${join(installed(), 'dist', 'start', 'keychain-child.cjs')}"
            echo; ${CREATE} --clean-output | tr -d -c .`
          const env = {DBUS_SESSION_BUS_ADDRESS: 'unix:path=/none'}
          const run = await bash(script, {folder, wanted, home: `keychain-${prefix}`, prefix, env})
          expect(run).to.include({exitCode: 0, stderr: ''})
          const [answer = '', dots] = run.stdout.split('\n')
          expect(JSON.parse(answer)).to.include({ok: false, reason})
          expect(dots).to.equal('..')
        })
      }
    })
  }

  it(`says in one line which Node it needs on Node ${TOO_OLD}`, async () => {
    const run = await bash(`${CREATE} --clean-output`, {folder, wanted: TOO_OLD})
    expect(run).to.include({exitCode: 3, stdout: ''})
    expect(run.stderr).to.match(
      /^tokenry needs Node .+; this is Node 20\.\d+\.\d+\. Put a supported Node first in PATH, or see Install in the README\.\n$/,
    )
    expect(run.stderr).to.contain(engines.node)
  })

  it(`runs on a machine with Node ${TOO_OLD} by the lines of the README`, async function () {
    this.timeout(DOWNLOAD_MS)
    const [, ownNode = 'false', withoutInstall = 'false'] = readDocBlocks('README.md')['Install'] ?? []
    const file = `tokenry-${version}.tgz`
    const env = {...networkSettings(), npm_config_userconfig: join(homedir(), '.npmrc')}
    for (const lines of [withoutInstall, `${ownNode}PATH="$HOME/.local/bin:$PATH"; sh -c 'tokenry --version'`]) {
      const script = `set -e; cp ../${file} .; node --version\n${lines.replace('$(npm pack --silent)', `./${file}`)}`
      const run = await bash(script, {folder, wanted: TOO_OLD, home: 'readme', env, timeoutMs: DOWNLOAD_MS})
      expect(run.exitCode, run.stderr).to.equal(0)
      expect(run.stdout)
        .to.match(/^v20\./)
        .and.to.match(new RegExp(`^tokenry/${version} \\S+ node-v24\\.\\d+\\.\\d+$`, 'm'))
    }
  })
})

/**
 * Pack the package, which builds the program again. Install it in `prefix` with its optional
 * package, which comes from the registry, and in `bare` from the packed file alone: offline, with
 * an empty cache. With `--global`, npm installs the optional package despite `--omit=optional`.
 */
async function installPackage(folder: string): Promise<void> {
  const packed = join(folder, (await npm('pack', '--silent', '--pack-destination', folder)).trim())
  const install = (...args: string[]) => npm('install', '--global', ...args, packed)
  await install('--prefix', join(folder, 'prefix'))
  await install('--prefix', join(folder, 'bare'), '--offline', '--cache', join(folder, 'no-cache'))
}

async function installNode(folder: string, wanted: string): Promise<void> {
  const prefix = join(folder, `node-${wanted}`)
  mkdirSync(prefix)
  await npm('install', '--no-save', '--no-package-lock', '--prefix', prefix, `node@${wanted}`)
}

/**
 * Run npm with the user's home folder and configuration, because a registry may be configured
 * there.
 */
async function npm(...args: string[]): Promise<string> {
  const options = {cwd: ROOT, timeout: DOWNLOAD_MS}
  return (await promisify(execFile)('npm', ['--no-audit', '--no-fund', '--loglevel=error', ...args], options)).stdout
}

/** Return the variables that tell npm how to reach the registry. */
function networkSettings(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) =>
    /^(NODE_EXTRA_CA_CERTS|.*_proxy|npm_config_.*)$/i.test(name),
  )
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

interface BashOptions {
  folder: string
  wanted: string
  home?: string
  /** Which installation of the package. */
  prefix?: 'prefix' | 'bare'
  env?: Record<string, string>
  timeoutMs?: number
}

/** Run a bash script in which `tokenry` is the installed program and `node` the wanted version. */
function bash(
  script: string,
  {folder, wanted, home = 'home', prefix = 'prefix', env = {}, timeoutMs = RUN_MS}: BashOptions,
): Promise<Spawned> {
  const cwd = join(folder, `${home}-${wanted}`)
  mkdirSync(cwd, {recursive: true})
  const nodeFolder = join(folder, `node-${wanted}`, 'node_modules', 'node', 'bin')
  const child = spawn('bash', ['-c', script], {
    cwd,
    timeout: timeoutMs,
    env: {PATH: `${nodeFolder}:${join(folder, prefix, 'bin')}:${process.env['PATH']}`, HOME: cwd, ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (exitCode) => {
      resolve({exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString()})
    })
  })
}
