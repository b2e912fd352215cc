import {createHash} from 'node:crypto'
import {cpSync, existsSync, readFileSync, renameSync, rmSync, truncateSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setImmediate} from 'node:timers/promises'
import {expect} from 'chai'
import {type RunningService, startService} from '../support/running-service.ts'
import {bash} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('tokenry service start, if its store', () => {
  let home = ''
  let data = ''
  let file = ''
  let ready = ''
  let service: RunningService
  let tokens: string[]
  beforeEach(async () => {
    home = tempFolder()
    data = join(home, 'tokenry', 'data')
    file = join(data, 'tokenry.db')
    ready = join(home, 'ready.json')
    const create = 'for i in 1 2 3; do tokenry organization token create -n ci$i -r ORGANIZATION_OWNER -e 1 -c; done'
    tokens = (await bash(create, {home})).stdout.trim().split('\n')
    service = await startService(home, ['--ready-file', ready])
    expect((await get()).status).to.equal(200)
    await untilNoted(file)
  })
  afterEach(async () => {
    service.kill('SIGKILL')
    await service.ended
  })

  const headersOf = (token = tokens[0]) => ({Authorization: `Bearer ${token}`})
  const get = (token?: string) => fetch(`${service.result.url}/v1/organizations`, {headers: headersOf(token)})
  const post = (name: string) =>
    fetch(`${service.result.url}/v1/organizations/${service.result.organizationId}/tokens`, {
      method: 'POST',
      headers: headersOf(),
      body: JSON.stringify({name, scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER'}),
    })

  for (const [name, lose, words] of [
    ['is removed', () => rmSync(file), 'tokenry.db was removed'],
    ['is emptied', () => truncateSync(file), 'tokenry.db was truncated'],
    ['is moved away with its folder', () => renameSync(data, `${data}-old`), 'tokenry.db was removed'],
    ['is replaced by another', () => replace(file), 'tokenry.db was replaced'],
    ['has its -wal file removed', () => rmSync(`${file}-wal`), 'tokenry.db-wal was removed'],
  ] as const) {
    for (const [method, call] of [
      ['GET', () => get()],
      ['POST', () => post('late')],
    ] as const) {
      it(`${name}, answers ${method} with 503, ends with CONFIG and does not write to any file`, async () => {
        lose()
        const before = filesOf(data)
        const answer = await call()
        expect(answer.status).to.equal(503)
        expect(await answer.json()).to.include({
          message: 'The service has lost its store and is stopping',
          statusCode: 503,
        })
        expect(await service.ended).to.equal(3)
        expect(service.stderr()).to.contain(words).and.to.contain('"code":"CONFIG"').and.to.contain('ls -la')
        expect(existsSync(ready)).to.equal(false)
        expect(filesOf(data)).to.deep.equal(before)
      })
    }
  }

  it('is removed, does not let another command create a second installation', async () => {
    rmSync(file)
    const run = await bash('tokenry deployment list', {home})
    expect(run).to.include({exitCode: 3, stdout: ''})
    expect(run.stderr).to.contain('tokenry.db is missing').and.to.contain('mv ')
    expect(existsSync(file)).to.equal(false)
  })

  it('is locked by another process, answers every GET, lets a POST wait, and can be stopped', async () => {
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const events: string[] = []
    const posting = post('waits').then(({status}) => events.push(`POST ${status}`))
    for (const token of tokens) events.push(`GET ${(await get(token)).status}`)
    other.exec('ROLLBACK')
    await posting
    expect(events).to.deep.equal(['GET 200', 'GET 200', 'GET 200', 'POST 200'])

    other.exec('BEGIN IMMEDIATE')
    expect((await get(tokens[1])).status).to.equal(200)
    service.kill('SIGTERM')
    expect(await service.ended).to.equal(0)
    expect(other.isTransaction).to.equal(true)
    other.close()
  })
})

/**
 * Wait until the use of the first request is recorded. It is written after the answer, and would
 * otherwise detect the loss before the next request does.
 */
async function untilNoted(file: string): Promise<void> {
  const db = new DatabaseSync(file, {readOnly: true})
  const noted = db.prepare('SELECT COUNT(last_used_at) AS count FROM token_value')
  while (noted.get()?.['count'] === 0) await setImmediate()
  db.close()
}

/** Replace the file, as if by another installation that has no -wal file. */
function replace(file: string): void {
  cpSync(file, `${file}.other`)
  renameSync(`${file}.other`, file)
}

/** Return the hash of each file of the store, or null if the file does not exist. */
function filesOf(folder: string): (string | null)[] {
  const paths = ['tokenry.db', 'tokenry.db-wal'].map((name) => join(folder, name))
  return paths.map((path) => (existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null))
}
