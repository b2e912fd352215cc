import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {COMMANDS} from '../../src/commands/index.ts'
import {type Run, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

/** Every place where a secret may appear. Extend it with a reason. */
const ALLOWED = new Set([
  // The two commands that mint show the value once.
  'deployment:token:create stdout',
  'deployment:token:rotate stdout',
])

/** How each command is run; `SECRET_FILE` holds the value of a token named `known`. */
const RUNS: Record<string, string[][]> = {
  'deployment:list': [[], ['--json']],
  'deployment:token:create': [
    ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1'],
    ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--json'],
    ['-n', 'known', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--unique-name'],
  ],
  'deployment:token:delete': [
    ['-t', 'known', '-f'],
    ['--token-file', 'SECRET_FILE', '-f'],
    ['none', '-f'],
  ],
  'deployment:token:list': [[], ['--json'], ['--ended'], ['--debug']],
  'deployment:token:rotate': [
    ['-t', 'known', '-f'],
    ['--token-file', 'SECRET_FILE', '-f', '--json'],
    ['SECRET', '-f'],
    ['Bearer SECRET', '-f'],
    ['--name', '"SECRET"', '-f'],
    ['-t', 'known', '-f', '--output', 'NEW_FILE'],
  ],
  'deployment:token:update': [
    ['-t', 'known', '-n', 'renamed'],
    ['SECRET', '-n', 'x'],
    ['--new-name', 'x', '--bogus', 'SECRET'],
  ],
  help: [[], ['deployment']],
  'role:list': [[]],
  'service:deployment:create': [['staging']],
  'service:deployment:delete': [['default', '-f']],
  'service:deployment:list': [[]],
  'service:role:create': [['deployer']],
  'service:role:delete': [['deployer', '-f']],
  'service:role:list': [[]],
  'token:inspect': [
    ['--token-file', 'SECRET_FILE', '--json'],
    ['--token-file', 'SECRET_FILE'],
  ],
  'token:verify': [['--token-file', 'SECRET_FILE', '--json'], ['--token-file', 'SECRET_FILE'], ['SECRET']],
}

describe('secrets', () => {
  it('are looked for in the output of every command', () => {
    expect(Object.keys(RUNS).sort()).to.deep.equal(Object.keys(COMMANDS).sort())
  })

  for (const [id, variants] of Object.entries(RUNS)) {
    for (const variant of variants) {
      it(`appear only where they may: tokenry ${id.replaceAll(':', ' ')} ${variant.join(' ')}`, async () => {
        const home = tempFolder()
        const secret = await createKnown(home)
        const [file, newFile] = [join(home, 'secret.txt'), join(home, 'new.txt')]
        writeFileSync(file, secret, {mode: 0o600})
        const argv = variant.map((word) =>
          word.replace('SECRET_FILE', file).replace('NEW_FILE', newFile).replace('SECRET', secret),
        )
        const env = {DEBUG: '*', TOKENRY_VERIFY_TOKEN: secret}
        const run = await runTokenry([...id.split(':'), ...argv], {home, env})
        const secrets = [secret, ...mintedBy(run), ...(existsSync(newFile) ? [readFileSync(newFile, 'utf8')] : [])]
        for (const [place, text] of Object.entries(placesOf(run, home, [file, newFile]))) {
          const found = secrets.some((value) => text.includes(value) || text.includes(value.slice(80, 140)))
          if (!ALLOWED.has(`${id} ${place}`)) expect(found, `${place}: ${text.slice(0, 300)}`).to.equal(false)
        }
      })
    }
  }
})

async function createKnown(home: string): Promise<string> {
  const argv = ['deployment', 'token', 'create', '-n', 'known', '-r', 'DEPLOYMENT_ADMIN', '-e', '30', '--json']
  return String(resultOf(await runTokenry(argv, {home}))['token'])
}

/** Values that the run itself made. */
function mintedBy({stdout}: Run): string[] {
  return stdout.match(/[\w-]{60,}\.[\w-]{60,}\.[\w-]{60,}/g) ?? []
}

/** What the run printed, and every file it left, as text. */
function placesOf(run: Run, home: string, given: string[]): Record<string, string> {
  const files = readdirSync(home, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !given.includes(path) && existsSync(path))
  return {
    stdout: run.stdout,
    stderr: run.stderr,
    ...Object.fromEntries(files.map((path) => [path, readFileSync(path, 'latin1')])),
  }
}
