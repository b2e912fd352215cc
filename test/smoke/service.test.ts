import {once} from 'node:events'
import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {connect, type Socket} from 'node:net'
import {join} from 'node:path'
import {expect} from 'chai'
import {type RunningService, startServicesIn} from '../support/running-service.ts'
import {BIN, bash, ROOT} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

interface Ready {
  url: string
  organizationId: string
  workspaceId: string
  deploymentId: string
  token: string
  dialects: Record<'astro', {url: string}> &
    Record<'motherduck', {url: string; username: string; token: string}> &
    Record<'deltastream', {url: string; organization: string; role: string; token: string}>
}

describe('tokenry service start', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })
  const start = startServicesIn(() => home)

  async function startEphemeral(...flags: string[]): Promise<{service: RunningService; ready: Ready; file: string}> {
    const file = join(home, 'ready.json')
    const service = await start('--ephemeral', '--ready-file', file, ...flags)
    return {service, ready: JSON.parse(readFileSync(file, 'utf8')), file}
  }

  const status = async (url: string, token: string) =>
    (await fetch(`${url}/v1/organizations`, {headers: {Authorization: `Bearer ${token}`}})).status

  for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) {
    it(`keeps no data with --ephemeral, writes its address to a file of mode 0600, and exits 0 on ${signal}`, async () => {
      const {service, ready, file} = await startEphemeral()
      expect(statSync(file).mode & 0o777).to.equal(0o600)
      expect(Object.keys(ready)).to.deep.equal([
        'url',
        'organizationId',
        'workspaceId',
        'deploymentId',
        'token',
        'dialects',
      ])
      const {token, dialects, ...rest} = ready
      const {motherduck, deltastream} = dialects
      expect(Object.keys(motherduck)).to.deep.equal(['url', 'username', 'token'])
      expect(Object.keys(deltastream)).to.deep.equal(['url', 'organization', 'role', 'token'])
      expect(dialects).to.deep.equal({astro: {url: ready.url}, motherduck, deltastream})
      const shown = {
        astro: {url: ready.url},
        motherduck: {url: motherduck.url},
        deltastream: {url: deltastream.url},
      }
      expect(service.result).to.deep.include({...rest, dialects: shown, ephemeral: true, readyFile: file})
      expect(await status(ready.url, token)).to.equal(200)
      const headers = {Authorization: `Bearer ${motherduck.token}`}
      const tokens = await fetch(`${motherduck.url}/v1/users/${motherduck.username}/tokens`, {headers})
      expect(tokens.status).to.equal(200)
      const roles = await fetch(`${deltastream.url}/statements`, {
        method: 'POST',
        headers: {Authorization: `Bearer ${deltastream.token}`, 'Content-Type': 'application/json'},
        body: JSON.stringify({statement: 'LIST ROLES', organization: deltastream.organization, role: deltastream.role}),
      })
      expect(await roles.json()).to.deep.include({sqlState: '00000'})
      service.kill(signal)
      expect(await service.ended).to.equal(0)
      expect(service.stderr()).to.equal('')
      expect(existsSync(file)).to.equal(false)
      // Compiled code is cached for the next start of any command.
      expect(readdirSync(home)).to.deep.equal(['tokenry'])
      expect(readdirSync(join(home, 'tokenry'))).to.deep.equal(['cache'])
    })
  }

  it('survives a hangup under nohup, and still exits 0 on SIGTERM', async () => {
    const script = `
      nohup "${process.execPath}" "${BIN}" service start --ephemeral --port 0 --ready-file ready.json > log 2>&1 &
      service=$!
      until [ -e ready.json ]; do kill -0 $service || exit 1; done
      kill -HUP $service
      curl -s -w 'status %{http_code}\\n' -o body "$(jq -r .url ready.json)/v1/organizations"
      kill -TERM $service; wait $service; echo "exit $?"; cat log`
    const run = await bash(script, {home})
    expect(run.stdout)
      .to.match(/^status 401\nexit 0\n/)
      .and.to.contain('SIGTERM: answering')
      .and.not.contain('SIGHUP')
    expect(existsSync(join(home, 'ready.json'))).to.equal(false)
  })

  it('never overwrites a file, and does not start if the ready file exists', async () => {
    const run = await bash(
      'echo kept > ready.json; tokenry service start --ephemeral --port 0 --ready-file ready.json; echo "exit $?"; cat ready.json',
      {home},
    )
    expect(run.stdout).to.equal('exit 7\nkept\n')
    expect(run.stderr).to.contain('ready.json already exists')
  })

  it('writes the URL and the ids, but no token, to the ready file of a persistent store', async () => {
    const file = join(home, 'ready.json')
    const {result, kill, ended} = await start('--ready-file', file)
    const {url, organizationId, deploymentId, workspaceId, dialects} = result
    expect(Object.values(dialects).map((each) => Object.keys(each))).to.deep.equal([['url'], ['url'], ['url']])
    expect(JSON.parse(readFileSync(file, 'utf8'))).to.deep.equal({
      url,
      organizationId,
      workspaceId,
      deploymentId,
      dialects,
    })
    kill('SIGTERM')
    expect(await ended).to.equal(0)
    expect(existsSync(file)).to.equal(false)
  })

  it('works with the script in the documentation, which starts it, waits for it and stops it', async function () {
    if ((await bash('command -v jq curl', {home})).exitCode !== 0) this.skip()
    // Use an executable, as after an installation. A function would start one more shell.
    const program = `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`
    writeFileSync(join(home, 'tokenry.sh'), program, {mode: 0o755})
    const script = `
      unset -f tokenry; mkdir bin tmp; mv tokenry.sh bin/tokenry; PATH="$PWD/bin:$PATH"; export TMPDIR=$PWD/tmp
      ${/```sh\n(set -eu\n[\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs', 'service.md'), 'utf8'))?.[1]}
      cat "$folder/log" >&2`
    const run = await bash(script, {home})
    expect(run.exitCode, run.stderr).to.equal(0)
    expect(JSON.parse(run.stdout)).to.include({totalCount: 1})
    expect(run.stderr).to.match(/^Listening on /)
    expect(readdirSync(join(home, 'tmp'))).to.deep.equal([])
  })

  it('immediately accepts a token that another process created in the same store, and refuses one that it ended', async () => {
    const {result} = await start()
    const cli = async (words: string) => {
      const {exitCode, stdout, stderr} = await bash(`tokenry deployment token ${words}`, {home})
      expect(exitCode, stderr).to.equal(0)
      return stdout.trim()
    }
    const first = await cli('create -n ci -r DEPLOYMENT_ADMIN -e 1 -c')
    expect(await status(result.url, first)).to.equal(200)
    const second = await cli('rotate -t ci -f -c')
    expect([await status(result.url, first), await status(result.url, second)]).to.deep.equal([401, 200])
    await cli('delete -t ci -f')
    expect(await status(result.url, second)).to.equal(401)
  })

  it('immediately shows another process the tokens that were created over HTTP, while both write', async () => {
    const {result} = await start()
    const admin = (await bash('tokenry deployment token create -n admin -r DEPLOYMENT_ADMIN -e 1 -c', {home})).stdout
    const create = (name: string) =>
      fetch(`${result.url}/v1/organizations/${result.organizationId}/tokens`, {
        method: 'POST',
        headers: {Authorization: `Bearer ${admin.trim()}`},
        body: JSON.stringify({name, scope: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN', entityId: result.deploymentId}),
      })
    const [made, ...answers] = await Promise.all([
      bash('for i in 1 2 3; do tokenry deployment token create -n cli$i -r DEPLOYMENT_ADMIN -e 1 -c; done', {home}),
      ...Array.from({length: 20}, (_, index) => create(`http${index}`)),
    ])
    expect(made).to.include({exitCode: 0, stderr: ''})
    expect(answers.map((answer) => answer.status)).to.deep.equal(Array(20).fill(200))
    const list = await bash('tokenry deployment token list --no-header', {home})
    expect(list.stdout.trim().split('\n')).to.have.lengthOf(1 + 3 + 20)
  })

  it('answers a request that is in progress when it is stopped, and writes to the disk before it answers', async () => {
    const {result, kill, ended} = await start()
    const admin = (await bash('tokenry deployment token create -n admin -r DEPLOYMENT_ADMIN -e 1 -c', {home})).stdout
    const body = JSON.stringify({
      name: 'late',
      scope: 'DEPLOYMENT',
      role: 'DEPLOYMENT_ADMIN',
      entityId: result.deploymentId,
    })
    const {socket, received} = await beginRequest(result.port, {
      path: `/v1/organizations/${result.organizationId}/tokens`,
      token: admin.trim(),
      length: body.length,
    })
    kill('SIGTERM')
    await refusesConnections(result.port)
    socket.write(body)
    expect(await received()).to.match(/^HTTP\/1.1 200 OK\r\n/)
    expect(await ended).to.equal(0)
    expect((await bash('tokenry deployment token list', {home})).stdout).to.contain('late')
  })

  it('stops immediately at a second signal', async () => {
    const {service, ready, file} = await startEphemeral()
    await beginRequest(service.result.port, {path: '/oauth/token', token: ready.token, length: 1})
    service.kill('SIGTERM')
    await refusesConnections(service.result.port)
    service.kill('SIGTERM')
    expect(await service.ended).to.equal(143)
    expect(existsSync(file)).to.equal(false)
    expect(JSON.parse(service.stderr()).error).to.include({code: 'TERMINATED'})
  })

  it('exits 3 if the port is in use, and names it', async () => {
    const {result} = await start()
    const run = await bash(`tokenry service start --port ${result.port}`, {home})
    expect(run).to.include({exitCode: 3, stdout: ''})
    expect(run.stderr).to.contain(`Port ${result.port} is in use on 127.0.0.1`).and.to.contain('--port')
  })

  it('is the only command that loads the modules of the server', async () => {
    const loads = async (words: string) => {
      const run = await bash(`NODE_DEBUG=module tokenry ${words} 2>&1 | grep -o 'start/[a-z-]*\\.cjs' | sort -u`, {
        home,
      })
      return run.stdout.trim().split('\n')
    }
    expect(await loads('deployment token list')).to.deep.equal(['start/start.cjs'])
    const {result} = await start()
    const serving = ['start/hono-node-server.cjs', 'start/hono.cjs', 'start/start.cjs', 'start/zod.cjs']
    expect(await loads(`service start --port ${result.port}`)).to.include.members(serving)
  })

  it('is reached by a create that loads neither SQLite, cryptography nor TLS', async () => {
    const {service, ready} = await startEphemeral()
    const preload = join(home, 'show-modules.cjs')
    writeFileSync(preload, "process.on('exit', () => console.error(process.moduleLoadList.join('\\n')))")
    const env = {ASTRO_DOMAIN: `localhost:${service.result.port}`, ASTRO_API_TOKEN: ready.token}
    const create = 'deployment token create --name ci --role DEPLOYMENT_ADMIN --clean-output'
    const run = await bash(`${JSON.stringify(process.execPath)} --require ./show-modules.cjs ${BIN} ${create}`, {
      home,
      env,
    })
    expect(run.exitCode, run.stderr).to.equal(0)
    const loaded = run.stderr.split('\n')
    expect(loaded).to.include('NativeModule http')
    for (const name of ['sqlite', 'crypto', 'https', 'tls']) expect(loaded).not.to.include(`NativeModule ${name}`)
  })

  it('logs a request under --debug, without its token and its query', async () => {
    const {service, ready} = await startEphemeral('--debug')
    await fetch(`${ready.url}/v1/organizations?names=secret`, {headers: {Authorization: `Bearer ${ready.token}`}})
    await service.said('GET /v1/organizations 200 ')
    expect(service.stderr()).to.match(/^GET \/v1\/organizations 200 [\d.]+ ms [\da-f-]{36}\n$/)
  })

  it('logs every request on one line, without control characters and without a token', async () => {
    const {service, ready} = await startEphemeral('--debug')
    const token = encodeURIComponent(ready.token).replace('A', '%41')
    const targets = [
      '/a%0aGET%20/forged%20200%201.0%20ms%2000000000-0000-0000-0000-000000000000',
      '/a%0d%0aforged',
      '/%1b[31mred%1b[0m%1b[2J',
      '/%1b]8;;http://evil.example%07text%1b]8;;%07',
      '/%1b]52;c;Zm9v%1b%5c',
      '/%c2%9b31m%c2%9d0;title%c2%9c',
      '/%e2%80%aegpj.exe%e2%80%a8%e2%80%a9%e2%80%8b',
      `/%ff%zz${'%1b'.repeat(3000)}`,
      `/${token}`,
      '/last',
    ]
    // Node refuses such bytes before they are a request, so they are not logged.
    const raw = '/\xc2\x9b31m\xe2\x80\xae'
    for (const target of [raw, ...targets]) {
      const socket = connect(service.result.port, '127.0.0.1')
      socket.end(Buffer.from(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`, 'latin1'))
      await once(socket.resume(), 'close')
    }
    await service.said('/last')
    const lines = service.stderr().split('\n')
    expect(lines.pop()).to.equal('')
    expect(lines).to.have.lengthOf(targets.length)
    for (const line of lines) {
      expect(line).to.match(/^GET \/\S* 404 [\d.]+ ms [\da-f-]{36}$/)
      expect(line).to.not.match(/[\p{C}\u2028\u2029]/u)
      expect(line.length).to.be.below(4000)
      expect(line).to.not.contain(ready.token.slice(-20))
    }
    expect(lines.filter((line) => line.includes('[token]'))).to.have.lengthOf(1)
  })
})

/**
 * Send the headers of a request, but not the body. The headers have arrived when the server answers
 * 100 Continue.
 */
async function beginRequest(
  port: number,
  {path, token, length}: {path: string; token: string; length: number},
): Promise<{socket: Socket; received(): Promise<string>}> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${token}`, 'Expect: 100-continue']
  socket.write(`${head.join('\r\n')}\r\nContent-Length: ${length}\r\n\r\n`)
  const [first] = await once(socket, 'data')
  expect(String(first)).to.contain('100 Continue')
  return {
    socket,
    async received() {
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      await once(socket, 'close')
      return Buffer.concat(chunks).toString()
    },
  }
}

async function refusesConnections(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const refused = await new Promise((resolve) => {
      socket.on('connect', () => resolve(false))
      socket.on('error', () => resolve(true))
    })
    socket.destroy()
    if (refused) return
  }
}
