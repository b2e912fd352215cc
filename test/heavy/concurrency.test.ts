import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import type {Readable, Writable} from 'node:stream'
import {text} from 'node:stream/consumers'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {openEmbeddedService} from '../../src/service/open.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {type Run, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {bash, type Spawned} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {checkWhole} from './embedded-target.ts'

const PROCESSES = 16
const CREATES = 50
const CHILD = fileURLToPath(new URL('./create-child.ts', import.meta.url))
const CHILD_LIMIT_MS = 100_000

describe(`${PROCESSES} processes that create ${CREATES} tokens each concurrently`, () => {
  it('lose nothing, never fail and create nothing twice, while others list, rotate and delete', async () => {
    const folder = tempFolder()
    const home = join(folder, 'tokenry')
    mkdirSync(home)
    const rotated = await createSome(home, 'rotated')
    const deleted = await createSome(home, 'deleted')

    const children = Array.from({length: PROCESSES}, (_, index) => startChild(home, `p${index}`))
    await Promise.all(children.map(({stdout}) => once(stdout, 'data')))
    const working = Promise.all(children.map(finish))
    // Start the children together: only after all of them are ready.
    for (const {stdin} of children) stdin.end('go\n')
    const [runs, rotations, deletions, lists] = await Promise.all([
      working,
      inTurn(rotated, (name) => bash(`tokenry deployment token rotate --name ${name} --force -c`, {home: folder})),
      inTurn(deleted, (name) => bash(`tokenry deployment token delete --name ${name} --force`, {home: folder})),
      inTurn(rotated, () => bash('tokenry deployment token list --json', {home: folder})),
    ])

    const failed = [...runs.flat(), ...rotations, ...deletions, ...lists].filter(
      (run) => run.exitCode !== 0 || run.stderr,
    )
    expect(failed).to.deep.equal([])
    await checkEverything(home, {created: runs.flat(), rotated, rotations})
    checkListsGrow(lists)
  })
})

const MAKERS = 4

describe(`${MAKERS} processes that create tokens in a workspace while another process deletes it`, () => {
  it('leave no valid token behind', async () => {
    const folder = tempFolder()
    const home = join(folder, 'tokenry')
    mkdirSync(home)
    const workspace = resultOf(await runTokenry(['service', 'workspace', 'create', 'data', '--json'], {home}))
    const inIt = ['--workspace-id', String(workspace['id'])]
    const deployment = resultOf(await runTokenry(['service', 'deployment', 'create', 'etl', '--json', ...inIt], {home}))
    const flags = ['--deployment-id', String(deployment['id'])]
    const children = Array.from({length: MAKERS}, (_, index) => startChild(home, `p${index}`, flags))
    await Promise.all(children.map(({stdout}) => once(stdout, 'data')))
    const working = Promise.all(children.map(finish))
    for (const {stdin} of children) stdin.end('go\n')

    const {service} = await openEmbeddedService(join(home, 'data'), Date.now, ASTRO_POLICY)
    try {
      const [organization] = await service.read.listOrganizations()
      const organizationId = organization?.organizationId ?? ''
      const reference = {organizationId, workspaceId: String(workspace['id'])}
      while ((await service.read.countTokensByOwner(organizationId)).length === 0) await nextTurn()
      const {endedTokens} = await service.deleteWorkspace({type: 'local', id: 'tester'}, reference)
      const runs = (await working).flat()
      const made = runs.filter(({exitCode}) => exitCode === 0)
      // NOT_FOUND: the deployment is gone.
      expect(runs.filter(({exitCode}) => exitCode !== 0 && exitCode !== 6)).to.deep.equal([])
      expect(made).to.have.lengthOf(endedTokens)
      expect(endedTokens).to.be.within(1, runs.length - 1)
      const verdicts = await Promise.all(made.map(({stdout}) => service.verify(stdout.trim())))
      expect(verdicts.filter((verdict) => verdict.valid || verdict.reason !== 'deleted')).to.deep.equal([])
      expect(await service.read.countTokensByOwner(organizationId)).to.deep.equal([])
    } finally {
      await service.close()
    }
    checkWhole(join(home, 'data', 'tokenry.db'))
  })
})

const OTHERS = 8

const DAY_MS = 86_400_000

/**
 * Create some tokens with a clock that is a day ahead. The children's tokens sort before these, so
 * the place of these in a list shifts with every token that a child creates.
 */
async function createSome(home: string, prefix: string): Promise<string[]> {
  const nowMs = Date.now() + DAY_MS
  const names = Array.from({length: OTHERS}, (_, index) => `${prefix}-${index}`)
  for (const name of names) {
    const argv = ['deployment', 'token', 'create', '-n', name, '-r', 'DEPLOYMENT_ADMIN', '-e', '9', '-c']
    expect(await runTokenry(argv, {home, nowMs})).to.include({exitCode: 0})
  }
  return names
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

function startChild(home: string, name: string, flags: string[] = []): Child {
  const stdio: ['pipe', 'pipe', 'pipe'] = ['pipe', 'pipe', 'pipe']
  return spawn(process.execPath, [CHILD, home, name, String(CREATES), ...flags], {stdio, timeout: CHILD_LIMIT_MS})
}

/** Return what a child reports after `ready`. The line `ready` has already been read. */
async function finish(child: Child): Promise<Run[]> {
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  expect({exitCode, stderr}).to.deep.equal({exitCode: 0, stderr: ''})
  const lines = stdout.trim().split('\n')
  expect(lines).to.have.lengthOf(CREATES)
  return lines.map((line) => JSON.parse(line) as Run)
}

async function inTurn<Item>(items: Item[], work: (item: Item) => Promise<Spawned>): Promise<Spawned[]> {
  const done: Spawned[] = []
  for (const item of items) done.push(await work(item))
  return done
}

/**
 * Expect every printed secret to be valid and to belong to a different token, no other token to
 * exist, and one audit row for each change.
 */
async function checkEverything(
  home: string,
  work: {created: Run[]; rotated: string[]; rotations: Spawned[]},
): Promise<void> {
  checkWhole(join(home, 'data', 'tokenry.db'))
  const {service} = await openEmbeddedService(join(home, 'data'), Date.now, ASTRO_POLICY)
  try {
    const values = [...work.created, ...work.rotations].map(({stdout}) => stdout.trim())
    const verdicts = await Promise.all(values.map((value) => service.verify(value)))
    const names = verdicts.map((verdict) => (verdict.valid ? verdict.token.name : verdict.reason))
    const created = Array.from({length: PROCESSES * CREATES}, (_, at) => `p${Math.floor(at / CREATES)}-${at % CREATES}`)
    expect(names).to.have.members([...created, ...work.rotated])
    const listed = await runTokenry(['deployment', 'token', 'list', '--json'], {home})
    const tokens = resultOf<{name: string; unfinishedRotationAt: string | null}[]>(listed)
    const inOrder = tokens.map(({name}) => name)
    expect(inOrder).to.have.members([...created, ...work.rotated])
    expect(inOrder.slice(created.length), 'the tokens that shift').to.have.members(work.rotated)
    expect(tokens.filter(({unfinishedRotationAt}) => unfinishedRotationAt !== null)).to.deep.equal([])

    const [organization] = await service.read.listOrganizations()
    const trail = await service.read.listAudit(organization?.organizationId ?? '')
    const count = (action: string) => trail.filter((row) => row.action === action).length
    const counts = ['token.create', 'token.rotate', 'token.delete'].map(count)
    expect(counts).to.deep.equal([PROCESSES * CREATES + 2 * OTHERS, OTHERS, OTHERS])
  } finally {
    await service.close()
  }
}

/**
 * Expect every list to have at least as many created tokens as the list before it, and no token
 * twice.
 */
function checkListsGrow(lists: Spawned[]): void {
  const sizes = lists.map(({stdout}) => {
    const ids = (JSON.parse(stdout).result as {id: string; name: string}[]).map(({id}) => id)
    expect(new Set(ids).size).to.equal(ids.length)
    return (JSON.parse(stdout).result as {name: string}[]).filter(({name}) => name.startsWith('p')).length
  })
  expect(sizes).to.deep.equal(sizes.toSorted((a, b) => a - b))
}
