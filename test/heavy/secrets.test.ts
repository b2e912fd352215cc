import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {resultOf, runTokenry} from '../support/run-tokenry.ts'
import {BIN} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {COMMAND_RUNS} from '../surface/command-runs.ts'
import {fillArgv} from '../surface/prepared-home.ts'

const CRASH = fileURLToPath(new URL('./crash-child.ts', import.meta.url))
const RUN_LIMIT_MS = 30_000
const CREATE = ['deployment', 'token', 'create', '-r', 'DEPLOYMENT_ADMIN', '-e', '30', '-n']

/** The runs that need only one token: each in words, and the first one of a command as JSON too. */
const SPAWNED_RUNS = Object.entries(COMMAND_RUNS).flatMap(([id, {runs, secretIn = []}]) =>
  runs
    .filter(({before, stdin, daysLater, env}) => !before && !stdin && !daysLater && !env)
    .flatMap((run, index) => [{run, flags: ['--debug']}, ...(index === 0 ? [{run, flags: ['--json', '--debug']}] : [])])
    .map((spawned) => ({id, ...spawned, mints: secretIn.includes('stdout')})),
)

interface Places {
  exitCode: number | null
  stdout: string
  stderr: string
  /** The command lines of the process and its children. Anyone on the machine can read them. */
  argv: string
  /**
   * The content of every file below HOME, TOKENRY_HOME and TMPDIR, except the files that contain
   * the given or the new secret.
   */
  files: Record<string, string>
}

/**
 * A separate machine: HOME, TOKENRY_HOME and TMPDIR, one token named `known`, and its secret in a
 * file.
 */
class Machine {
  readonly root = tempFolder()
  readonly file = join(this.root, 'secret.txt')
  readonly newFile = join(this.root, 'new.txt')
  secret = ''

  async setUp(): Promise<this> {
    for (const folder of ['home', 'tokenry', 'tmp']) mkdirSync(join(this.root, folder))
    const made = await runTokenry([...CREATE, 'known', '--json'], {home: join(this.root, 'tokenry'), nowMs: Date.now()})
    this.secret = String(resultOf(made)['token'])
    writeFileSync(this.file, this.secret, {mode: 0o600})
    return this
  }

  async run(argv: string[], env: Record<string, string> = {}): Promise<Places> {
    const child = spawn(process.execPath, [BIN, ...argv], {
      cwd: this.root,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: join(this.root, 'home'),
        TOKENRY_HOME: join(this.root, 'tokenry'),
        TMPDIR: join(this.root, 'tmp'),
        DEBUG: '*',
        NODE_DEBUG: 'child_process,fs,stream',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: RUN_LIMIT_MS,
    })
    const seen = new Set<string>()
    const watching = setInterval(() => seen.add(commandLines(child.pid ?? 0)), 5)
    const closed = once(child, 'close').finally(() => clearInterval(watching))
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed])
    return {exitCode: child.exitCode, stdout, stderr, argv: [...seen].join('\n'), files: this.#files()}
  }

  #files(): Record<string, string> {
    const files = readdirSync(this.root, {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => path !== this.file && path !== this.newFile && dirname(path) !== this.newFile)
    return Object.fromEntries(files.map((path) => [path, readFileSync(path, 'latin1')]))
  }
}

describe('a secret of the built program', () => {
  it('is found by the search of these tests, in base64 and hexadecimal too', async () => {
    const {secret} = await new Machine().setUp()
    for (const form of ['utf8', 'hex', 'base64'] as const) {
      for (const before of ['', 'x', 'xy']) {
        expect(revealed(secret, Buffer.from(`${before}${secret}\n`).toString(form)), form).to.equal(true)
      }
    }
    expect(revealed(secret, (await new Machine().setUp()).secret)).to.equal(false)
  })

  for (const {id, run, flags, mints} of SPAWNED_RUNS) {
    it(`appears only where it may: tokenry ${[...id.split(':'), ...run.argv, ...flags].join(' ')}`, async () => {
      const machine = await new Machine().setUp()
      const {secret, file: secretFile, newFile} = machine
      const argv = [...id.split(':'), ...fillArgv(run, {secret, secretFile, newFile}), ...flags]
      const places = await machine.run(argv, {TOKENRY_VERIFY_TOKEN: secret})
      const compiled = Object.keys(places.files).filter((path) => path.includes('/compiled/'))
      if (places.exitCode === 0) expect(compiled).to.not.deep.equal([])
      const given = argv.some((word) => word.includes(secret))
      expectNowhere(machine, given ? {...places, argv: ''} : places, mints)
    })
  }

  for (const crash of ['exception', 'rejection']) {
    for (const [words, mints] of [
      [[...CREATE, 'new'], true],
      [['deployment', 'token', 'rotate', '--token-file', 'SECRET_FILE', '-f', '--json'], true],
      [['token', 'verify', '--token-file', 'SECRET_FILE'], false],
      [['token', 'inspect', '--token-file', 'SECRET_FILE', '--json'], false],
    ] as const) {
      it(`is not revealed by a ${crash} that ends the program: tokenry ${words.join(' ')}`, async () => {
        const machine = await new Machine().setUp()
        const report = `--report-uncaught-exception --report-directory=${join(machine.root, 'tmp')}`
        const argv = words.map((word) => word.replace('SECRET_FILE', machine.file))
        const places = await machine.run(argv, {CRASH: crash, NODE_OPTIONS: `--import=${CRASH} ${report}`})
        expect(places.stderr).to.contain('crash on purpose')
        expectNowhere(machine, places, mints)
      })
    }
  }
})

/** Return the content of the requested file, or of the files in the requested folder. */
function readNew(path: string): string {
  if (!existsSync(path)) return ''
  const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path]
  return files.map((file) => readFileSync(file, 'utf8')).join('\n')
}

/**
 * Expect no secret anywhere else. A new secret may appear on stdout and in the requested file;
 * these are not searched for it.
 */
function expectNowhere(machine: Machine, places: Places, mayMint: boolean): void {
  const printed = places.stdout + readNew(machine.newFile)
  const minted = printed.match(/[\w-]{60,}\.[\w-]{60,}\.[\w-]{60,}/g) ?? []
  if (!mayMint) expect(minted, 'values on stdout').to.deep.equal([])
  const texts: Record<string, string> = {argv: places.argv, stderr: places.stderr, ...places.files}
  if (!mayMint) texts['stdout'] = places.stdout
  else expect(revealed(machine.secret, places.stdout), 'the old value on stdout').to.equal(false)
  for (const [place, content] of Object.entries(texts)) {
    for (const value of [machine.secret, ...minted]) {
      expect(revealed(value, content), `${place}: ${content.slice(0, 300)}`).to.equal(false)
    }
  }
}

/**
 * Return whether the text reveals the random claim at the end of the payload, or the signature: as
 * it is, in base64 or in hexadecimal.
 */
function revealed(secret: string, content: string): boolean {
  return [secret.slice(-125, -90), secret.slice(-80, -20)].some((piece) => {
    const bytes = Buffer.from(piece)
    // In a longer text, the base64 form depends on the position modulo three.
    const encoded = [0, 1, 2].map((skipped) => bytes.subarray(skipped, skipped + 30).toString('base64'))
    return [piece, bytes.toString('hex'), ...encoded].some((form) => content.includes(form))
  })
}

/** Return the command lines of a process and its children, or an empty text once it has ended. */
function commandLines(pid: number): string {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return [pid, ...children].map((each) => readFileSync(`/proc/${each}/cmdline`, 'utf8')).join('\n')
  } catch {
    return ''
  }
}
