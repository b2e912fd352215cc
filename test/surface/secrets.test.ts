import {EventEmitter} from 'node:events'
import {cpSync, existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {before} from 'mocha'
import {COMMANDS} from '../../src/commands/index.ts'
import {type Run, resultOf, runTokenry, stopSoon} from '../support/run-tokenry.ts'
import {tempFolder, tempFolderOfFile} from '../support/temp-folder.ts'
import {SECRET_PLACES, SECRET_RUNS} from './secret-runs.ts'

/** Words of a run that is to be refused. */
const REFUSED = /^(none|"?(Bearer )?SECRET"?|--unique-name|--bogus)$/

describe('secrets', () => {
  let template = ''
  let known: Known
  before(async () => {
    template = tempFolderOfFile()
    known = await createKnown(template)
  })

  it('are looked for in the output of every command', () => {
    expect(Object.keys(SECRET_RUNS).sort()).to.deep.equal(Object.keys(COMMANDS).sort())
  })

  for (const [id, variants] of Object.entries(SECRET_RUNS)) {
    for (const variant of variants) {
      it(`appear only where they may: tokenry ${id.replaceAll(':', ' ')} ${variant.join(' ')}`, async () => {
        const home = tempFolder()
        cpSync(template, home, {recursive: true})
        const secret = known[scopeOf(id)]
        const [file, newFile] = [join(home, 'secret.txt'), join(home, 'new.txt')]
        writeFileSync(file, secret, {mode: 0o600})
        const argv = variant.map((word) =>
          word.replace('SECRET_FILE', file).replace('NEW_FILE', newFile).replace('SECRET', secret),
        )
        const env = {DEBUG: '*', TOKENRY_VERIFY_TOKEN: secret}
        const run = await runTokenry([...id.split(':'), ...argv], {home, env, signals: stopSoonWhere(id)})
        const {exitCode} = run
        expect(exitCode === 0, `exit ${exitCode}: ${run.stderr}`).to.equal(!isRefused(id, variant))
        const secrets = [
          ...Object.values(known),
          ...mintedBy(run),
          ...(existsSync(newFile) ? [readFileSync(newFile, 'utf8')] : []),
        ]
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

function isRefused(id: string, variant: string[]): boolean {
  // The only organization there is cannot be deleted.
  return id === 'service:organization:delete' || variant.some((word) => REFUSED.test(word))
}

/** Values by what they are for. */
type Known = Record<'deployment' | 'workspace' | 'organization' | 'agent' | 'ops' | 'team', string>

function scopeOf(id: string): keyof Known {
  const [topic] = id.split(':')
  return topic === 'workspace' || topic === 'organization' ? topic : 'deployment'
}

/**
 * A token named `known` in each scope; an organization token `ops` with a role on workspace and deployment, one `free` with none; a
 * workspace token `team` with a role on the deployment; an agent token; a role.
 */
async function createKnown(home: string): Promise<Known> {
  async function create(words: string): Promise<string> {
    const done = await runTokenry([...words.split(' '), '--json'], {home})
    expect(done.exitCode, words).to.equal(0)
    return String(resultOf(done)['token'])
  }
  const known = {
    deployment: await create('deployment token create -n known -r DEPLOYMENT_ADMIN -e 30'),
    workspace: await create('workspace token create -n known -r WORKSPACE_OWNER -e 30'),
    organization: await create('organization token create -n known -r ORGANIZATION_OWNER -e 30'),
    ops: await create('organization token create -n ops -r ORGANIZATION_OWNER -e 30'),
    team: await create('workspace token create -n team -r WORKSPACE_OWNER -e 30'),
    agent: await create('deployment token create --agent -n agent -e 30'),
  }
  await create('organization token create -n free -r ORGANIZATION_MEMBER -e 30')
  await create('workspace token create -n loose -r WORKSPACE_MEMBER -e 30')
  for (const words of [
    'service role create deployer',
    'service user create ann@example.com',
    'workspace token add -n ops -r WORKSPACE_OWNER',
    'deployment token organization-token add -n ops -r DEPLOYMENT_ADMIN',
    'deployment token workspace-token add -n team -r DEPLOYMENT_ADMIN',
  ]) {
    expect((await runTokenry(words.split(' '), {home})).exitCode, words).to.equal(0)
  }
  return known
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
