import {execFileSync} from 'node:child_process'
import {copyFileSync, existsSync, readFileSync, rmSync} from 'node:fs'
import {Agent, request} from 'node:http'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {expect} from 'chai'
import {type RunningService, startServicesIn} from '../support/running-service.ts'
import {bash} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('tokenry service start --processes', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })
  const start = startServicesIn(() => home)

  const readMembers = ({pid}: RunningService) =>
    execFileSync('pgrep', ['-P', String(pid)], {encoding: 'utf8'})
      .trim()
      .split('\n')
      .map(Number)

  /** Wait until none of these processes is there. */
  async function areGone(pids: number[]): Promise<void> {
    while (pids.some(isThere)) await setTimeout(5)
  }

  const createToken = async (name: string) => {
    const run = await bash(`tokenry organization token create -n ${name} -r ORGANIZATION_OWNER -e 1 -c`, {home})
    expect(run.exitCode, run.stderr).to.equal(0)
    return run.stdout.trim()
  }

  it('answers from every process, on every dialect, with one document and one ready file', async () => {
    const file = join(home, 'ready.json')
    const service = await start('--processes', '3', '--ready-file', file)
    const members = readMembers(service)
    expect(members).to.have.lengthOf(3)
    const {url, organizationId, workspaceId, deploymentId, dialects} = service.result
    expect(service.result).to.include({ephemeral: false, readyFile: file})
    expect(Object.keys(dialects)).to.deep.equal(['astro', 'motherduck', 'deltastream'])
    expect(JSON.parse(readFileSync(file, 'utf8'))).to.deep.equal({
      url,
      organizationId,
      workspaceId,
      deploymentId,
      dialects,
    })
    for (const {url: base} of Object.values(dialects)) {
      // Twelve connections, so that each process gets some.
      const statuses = await Promise.all(Array.from({length: 12}, () => readStatus(`${base}/nothing`)))
      expect(
        statuses.every((status) => status === 401 || status === 404),
        String(statuses),
      ).to.equal(true)
    }
    service.kill('SIGTERM')
    expect(await service.ended).to.equal(0)
    expect(service.stderr()).to.equal('')
    expect([members.filter(isThere), existsSync(file)]).to.deep.equal([[], false])
  })

  it('refuses a deleted token with the next request, in every process', async () => {
    const {result} = await start('--processes', '3')
    const owner = await createToken('owner')
    const path = `${result.url}/v1/organizations/${result.organizationId}/tokens`
    // One connection stays with one process.
    const agents = Array.from({length: 6}, () => new Agent({keepAlive: true, maxSockets: 1}))
    const statuses = (token: string) =>
      Promise.all(agents.map((agent) => readStatus(`${result.url}/v1/organizations`, {token, agent})))
    for (let round = 0; round < 5; round++) {
      const made = await fetch(path, {
        method: 'POST',
        headers: {Authorization: `Bearer ${owner}`},
        body: JSON.stringify({name: `ci-${round}`, scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER'}),
      })
      const {id, token} = (await made.json()) as {id: string; token: string}
      expect(await statuses(token)).to.deep.equal(Array(6).fill(200))
      await fetch(`${path}/${id}`, {method: 'DELETE', headers: {Authorization: `Bearer ${owner}`}})
      expect(await statuses(token)).to.deep.equal(Array(6).fill(401))
    }
    for (const agent of agents) agent.destroy()
  })

  it('loses no change while all of its processes write', async () => {
    const {result} = await start('--processes', '2')
    const owner = await createToken('owner')
    const path = `${result.url}/v1/organizations/${result.organizationId}/tokens`
    const headers = {Authorization: `Bearer ${owner}`}
    const create = async (name: string) => {
      const body = JSON.stringify({name, scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER'})
      return (await fetch(path, {method: 'POST', headers: {...headers, Connection: 'close'}, body})).status
    }
    const made = await Promise.all(Array.from({length: 60}, (_, number) => create(`t${number}`)))
    expect(made).to.deep.equal(Array(60).fill(200))
    const list = await fetch(`${path}?limit=1`, {headers})
    expect(await list.json()).to.include({totalCount: 61})
  })

  it('replaces a process that is killed', async () => {
    const service = await start('--processes', '2')
    const [first = 0, second = 0] = readMembers(service)
    process.kill(first, 'SIGKILL')
    await areGone([first])
    while (readMembers(service).length < 2) await setTimeout(5)
    expect(readMembers(service)).to.include(second).and.not.include(first)
    expect(await readStatus(`${service.result.url}/v1/organizations`)).to.equal(401)
    service.kill('SIGTERM')
    expect(await service.ended).to.equal(0)
  })

  it('replaces a process that is killed, with a ready file too', async () => {
    const file = join(home, 'ready.json')
    const service = await start('--processes', '2', '--ready-file', file)
    const before = readFileSync(file, 'utf8')
    const [first = 0, second = 0] = readMembers(service)
    process.kill(first, 'SIGKILL')
    await areGone([first])
    // Then only the new one is there to answer.
    while (readMembers(service).length < 2) await setTimeout(5)
    process.kill(second, 'SIGSTOP')
    const statuses = [0, 1].map(() => readStatus(`${service.result.url}/v1/organizations`))
    expect(await Promise.race(statuses)).to.equal(401)
    process.kill(second, 'SIGCONT')
    await Promise.all(statuses)
    expect(readFileSync(file, 'utf8')).to.equal(before)
    service.kill('SIGTERM')
    expect([await service.ended, existsSync(file)]).to.deep.equal([0, false])
  })

  it('exits 3 if all are killed and the new ones get other ports', async () => {
    const service = await start('--processes', '2')
    const members = readMembers(service)
    service.kill('SIGSTOP')
    for (const member of members) process.kill(member, 'SIGKILL')
    service.kill('SIGCONT')
    expect(await service.ended).to.equal(3)
    expect(service.stderr()).to.contain('other ports')
  })

  it('exits 0 if the processes are killed while it stops', async () => {
    const service = await start('--processes', '2')
    const members = readMembers(service)
    service.kill('SIGSTOP')
    for (const member of members) process.kill(member, 'SIGKILL')
    service.kill('SIGTERM')
    service.kill('SIGCONT')
    expect(await service.ended).to.equal(0)
  })

  it('exits 3 if a killed process cannot be replaced', async () => {
    const node = join(home, 'node')
    copyFileSync(process.execPath, node)
    const bin = join(import.meta.dirname, '..', '..', 'bin', 'run.js')
    const script = `./node ${JSON.stringify(bin)} service start --processes 2 --port 0 --ready-file ready.json 2> log &
      until [ -e ready.json ]; do kill -0 $! || exit 1; done
      rm node; kill -KILL $(pgrep -P $! | head -1); wait $!; echo "exit $?"; cat log`
    const run = await bash(script, {home})
    expect(run.stdout)
      .to.match(/^exit 3\n/)
      .and.to.contain('No further process can be started (ENOENT)')
  })

  it('ends all of them at Ctrl-C during the start', async () => {
    const bin = JSON.stringify(join(import.meta.dirname, '..', '..', 'bin', 'run.js'))
    const script = `set -m
      (exec ${JSON.stringify(process.execPath)} ${bin} service start --processes 3 --port 0) 2> log &
      until members=$(pgrep -P $!); do kill -0 $! || exit 1; done
      kill -INT -- -$!; wait $!; echo "exit $?"
      for each in $members; do kill -0 $each 2> /dev/null && echo "left $each"; done; cat log`
    const run = await bash(script, {home})
    expect(run.stdout)
      .to.match(/^exit 0\n/)
      .and.to.not.match(/left|another one|Error/)
  })

  it('leaves no process behind if the first one is killed', async () => {
    const service = await start('--processes', '2')
    const members = readMembers(service)
    service.kill('SIGKILL')
    await areGone(members)
  })

  it('ends all of them with CONFIG if the store is removed', async () => {
    const service = await start('--processes', '2')
    const members = readMembers(service)
    const token = await createToken('owner')
    rmSync(join(home, 'tokenry', 'data', 'tokenry.db'))
    await readStatus(`${service.result.url}/v1/organizations`, {token})
    expect(await service.ended).to.equal(3)
    expect(JSON.parse(service.stderr()).error).to.include({code: 'CONFIG'})
    await areGone(members)
  })

  it('exits 3 if the port is in use, and says so once', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const {port} = other.address() as {port: number}
    const run = await bash(`tokenry service start --processes 2 --port ${port}`, {home})
    other.close()
    expect(run).to.include({exitCode: 3, stdout: ''})
    expect(run.stderr.match(/is in use/g)).to.have.lengthOf(1)
    expect(run.stderr).to.contain(`Port ${port} is in use on 127.0.0.1`).and.to.contain('--port')
  })

  for (const [words, message] of [
    ['--processes 0', '--processes must be a number from 1 to 64, not 0'],
    ['--processes 65', 'not 65'],
    ['--processes two', 'not two'],
    ['--processes 2 --ephemeral --ready-file r.json', '--ephemeral has one process'],
  ] as const) {
    it(`refuses ${words}`, async () => {
      const run = await bash(`tokenry service start --port 0 ${words}`, {home})
      expect(run).to.include({exitCode: 2, stdout: ''})
      expect(run.stderr).to.contain(message)
    })
  }

  it('ends with all of its processes at Ctrl-C in a terminal, which reaches each of them', async () => {
    const script = `set -m
      tokenry_bin() { exec ${JSON.stringify(process.execPath)} "$@"; }
      (tokenry_bin ${JSON.stringify(join(import.meta.dirname, '..', '..', 'bin', 'run.js'))} service start --processes 2 --port 0 --ready-file ready.json) 2> log &
      until [ -e ready.json ]; do kill -0 $! || exit 1; done
      members=$(pgrep -P $!); kill -INT -- -$!; wait $!; echo "exit $?"
      for each in $members; do kill -0 $each 2> /dev/null && echo "left $each"; done; cat log`
    const run = await bash(script, {home})
    expect(run.stdout)
      .to.match(/^exit 0\n/)
      .and.to.not.contain('left')
    expect(run.stdout.match(/SIGINT: answering/g)).to.have.lengthOf(1)
  })
})

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function readStatus(url: string, {token, agent}: {token?: string; agent?: Agent} = {}): Promise<number> {
  const {promise, resolve, reject} = Promise.withResolvers<number>()
  const headers = token === undefined ? {} : {Authorization: `Bearer ${token}`}
  const req = request(url, {headers, agent: agent ?? false}, (res) => {
    res.resume().once('end', () => resolve(res.statusCode ?? 0))
  })
  req.once('error', reject).end()
  return promise
}
