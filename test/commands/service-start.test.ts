import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer, Server} from 'node:net'
import {join} from 'node:path'
import {expect} from 'chai'
import {startService} from '../../src/operations/service/start-service.ts'
import type {Runtime} from '../../src/runtime/runtime.ts'
import {expectFailure} from '../support/rejection.ts'
import {type RunOptions, resultOf, runTokenry, stopSoon} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {openTestService} from '../support/test-service.ts'

describe('service start', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const start = (argv: string[], options: Partial<RunOptions> = {}) =>
    runTokenry(['service', 'start', ...argv], {home, signals: stopSoon(), ...options})

  it('prints where it listens and how astro can use it, on stderr, but never a token', async () => {
    const run = await start(['--port', '0'])
    expect(run).to.include({exitCode: 0, stdout: ''})
    const lines = run.stderr.split('\n')
    const url = /^Listening on (http:\/\/localhost:\d+) for Astro \(127\.0\.0\.1.*\); Ctrl-C stops it$/.exec(
      lines[0] ?? '',
    )?.[1]
    expect(lines).to.include(
      'Use it from another shell: ASTRO_API_TOKEN=$(tokenry organization token create --context embedded -n astro ' +
        `-r ORGANIZATION_OWNER -e 30 -c) && export ASTRO_API_TOKEN ASTRO_DOMAIN=${url?.replace('http://', '')}`,
    )
    expect(lines).to.include(
      `tokenry works with it there; for astro, set ASTRO_DOMAIN=localhost after: astro config set -g local.core ${url}`,
    )
    expect(lines).to.include('SIGTERM: answering the requests in progress; send it again to stop immediately')
    expect(run.stderr).to.not.match(/[\w-]{30,}\.[\w-]{30,}\./)
  })

  it('prints one document under --json when it listens, and nothing else', async () => {
    const run = await start(['--port', '0', '--json'])
    expect(run).to.include({exitCode: 0, stderr: ''})
    const {dialects, ...result} = resultOf<{url: string; dialects: Record<string, {url: string}>}>(run)
    expect(result).to.deep.include({ephemeral: false, readyFile: null})
    expect(Object.keys(dialects)).to.deep.equal(['astro', 'motherduck', 'deltastream'])
    expect(dialects['astro']).to.deep.equal({url: result.url})
    expect(dialects['motherduck']?.url).to.match(/^http:\/\/localhost:\d+$/)
    expect(dialects['deltastream']?.url).to.match(/^http:\/\/localhost:\d+\/v2$/)
  })

  for (const [absent, present] of [
    ['::1', '127.0.0.1'],
    ['127.0.0.1', '::1'],
  ] as const) {
    it(`warns if the machine has no ${absent}, on stderr or in the document of --json, and serves the other address`, async function () {
      const restore = replaceAddress(absent)
      try {
        const run = await start(['--port', '0'])
        // A machine that has only IPv4 cannot lack just one of the two addresses.
        if (run.stderr.includes('no loopback address')) this.skip()
        expect(run).to.include({exitCode: 0, stdout: ''})
        const [astro, motherduck, deltastream, warning] = run.stderr.split('\n')
        for (const listening of [astro, motherduck, deltastream]) expect(listening).to.contain(`(${present})`)
        expect(warning).to.equal(`Warning: This machine has no ${absent}: only ${present} answers`)
        const {result, warnings} = JSON.parse((await start(['--port', '0', '--json'])).stdout)
        expect(result.addresses).to.deep.equal([present])
        expect(warnings).to.deep.equal([`This machine has no ${absent}: only ${present} answers`])
      } finally {
        restore()
      }
    })
  }

  it('creates no data folder with --ephemeral, and leaves no file', async () => {
    const run = await start(['--port', '0', '--ephemeral', '--ready-file', join(home, 'ready.json')])
    expect(run.exitCode).to.equal(0)
    expect(run.stderr).to.contain('jq -r .token')
    expect(readdirSync(home)).to.deep.equal([])
  })

  for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) {
    it(`stops at ${signal}, says so, exits 0 and removes the ready file`, async () => {
      const argv = ['--port', '0', '--ephemeral', '--ready-file', join(home, 'ready.json')]
      const run = await start(argv, {signals: stopSoon(signal)})
      expect(run).to.include({exitCode: 0, stdout: ''})
      expect(run.stderr).to.contain(`${signal}: answering the requests in progress`)
      expect(readdirSync(home)).to.deep.equal([])
    })
  }

  for (const [argv, exitCode, words] of [
    [['--port', '65536'], 2, '--port must be a number from 0 to 65535, not 65536'],
    [['--port', '-1'], 2, '--port must be a number'],
    [['--port', '1e3'], 2, '--port must be a number'],
    [['--port', ''], 2, '--port is empty'],
    [['--dialect', 'duck'], 2, '--dialect must name some of astro, motherduck, deltastream, not duck'],
    [['--dialect', ''], 2, '--dialect is empty'],
    [['--ephemeral'], 2, '--ephemeral needs --ready-file'],
    [['--ready-file', '/nowhere/ready.json'], 3, 'Cannot write /nowhere/ready.json (ENOENT)'],
    [['--ready-file', '/tmp/'], 3, '/tmp/ is a folder'],
    [['--context', 'nowhere'], 2, 'nowhere'],
  ] as const) {
    it(`refuses ${argv.join(' ')}, and leaves nothing behind`, async () => {
      const run = await start(['--port', '0', ...argv])
      expect(run).to.include({exitCode, stdout: ''})
      expect(run.stderr).to.contain(words)
      expect(readdirSync(home)).to.deep.equal([])
    })
  }

  it('never overwrites a file, and checks this before it opens the store', async () => {
    const file = join(home, 'ready.json')
    writeFileSync(file, 'kept')
    const run = await start(['--port', '0', '--ready-file', file])
    expect(run.exitCode).to.equal(7)
    expect(run.stderr).to.contain('ready.json already exists').and.to.contain('--ready-file')
    expect(readFileSync(file, 'utf8')).to.equal('kept')
    expect(readdirSync(home)).to.deep.equal(['ready.json'])
  })

  it('leaves no ready file if the port is in use', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const {port} = other.address() as {port: number}
    const file = join(home, 'ready.json')
    const run = await start(['--ephemeral', '--port', String(port), '--ready-file', file, '--json'])
    other.close()
    expect(run.exitCode).to.equal(3)
    expect(JSON.parse(run.stdout).error.message).to.equal(`Port ${port} is in use on 127.0.0.1`)
    expect(readdirSync(home)).to.deep.equal([])
  })

  it('stops and leaves no ready file if its document cannot be written', async () => {
    const argv = ['--ephemeral', '--port', '0', '--ready-file', join(home, 'ready.json'), '--json']
    const run = await start(argv, {stdoutFails: 'ENOSPC'})
    expect(run.exitCode).to.equal(3)
    expect(readdirSync(home)).to.deep.equal([])
  })

  it('refuses a read-only store, because it could neither write a use nor see changes of other programs', async () => {
    const {service} = await openTestService()
    const runtime = {
      env: {},
      now: Date.now,
      homeFolder: home,
      userName: 'tester',
      openService: async () => ({
        service,
        storage: {engine: 'sqlite', created: false, file: '/data/tokenry.db', readOnly: true},
      }),
    } as unknown as Runtime
    const never = {
      ports: [],
      ephemeral: false,
      onListening: async () => expect.fail('it listens'),
      onRequest: () => {},
      warn: async () => {},
    }
    const err = await expectFailure(startService(runtime, {...never, stopped: Promise.resolve()}), 'CONFIG')
    expect(err.message).to.contain('/data/tokenry.db is read-only')
    await service.close()
  })
})

/**
 * Make each server that listens on `address` ask the system for an address that no machine has
 * (RFC 3849). Return a function that undoes this.
 */
function replaceAddress(address: string): () => void {
  const {listen} = Server.prototype
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const [options, ...rest] = args as [{host?: string}, ...unknown[]]
    const host = options.host === address ? '2001:db8::1' : options.host
    return Reflect.apply(listen, this, [{...options, host}, ...rest])
  } as typeof listen
  return () => {
    Server.prototype.listen = listen
  }
}
