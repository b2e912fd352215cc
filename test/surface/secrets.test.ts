import {EventEmitter} from 'node:events'
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {COMMANDS} from '../../src/commands/index.ts'
import {type Run, resultOf, runTokenry, stopSoon} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {SECRET_PLACES, SECRET_RUNS} from './secret-runs.ts'

describe('secrets', () => {
  it('are looked for in the output of every command', () => {
    expect(Object.keys(SECRET_RUNS).sort()).to.deep.equal(Object.keys(COMMANDS).sort())
  })

  for (const [id, variants] of Object.entries(SECRET_RUNS)) {
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
        const run = await runTokenry([...id.split(':'), ...argv], {home, env, signals: stopSoonWhere(id)})
        const secrets = [secret, ...mintedBy(run), ...(existsSync(newFile) ? [readFileSync(newFile, 'utf8')] : [])]
        for (const [place, text] of Object.entries(placesOf(run, home, [file, newFile]))) {
          const found = secrets.some((value) => text.includes(value) || text.includes(value.slice(80, 140)))
          if (!SECRET_PLACES.has(`${id} ${place}`)) expect(found, `${place}: ${text.slice(0, 300)}`).to.equal(false)
        }
      })
    }
  }
})

/** The one command that would run on. */
function stopSoonWhere(id: string): EventEmitter {
  return id === 'service:start' ? stopSoon() : new EventEmitter()
}

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
