import {once} from 'node:events'
import {existsSync, readFileSync} from 'node:fs'
import {type AddressInfo, createServer, type Server} from 'node:net'
import {join} from 'node:path'
import {expect} from 'chai'
import type {DialectPort} from '../../../src/operations/service/listen-dialects.ts'
import {
  type ServedForPeople,
  type StartedService,
  type StartOptions,
  startService,
} from '../../../src/operations/service/start-service.ts'
import type {Runtime} from '../../../src/runtime/runtime.ts'
import {VENDORS} from '../../../src/vendors/index.ts'
import type {ServedDialect} from '../../../src/vendors/served.ts'
import {listServedDialects} from '../../../src/vendors/served.ts'
import {madeUpVendor} from '../../support/made-up-vendor.ts'
import {plainDialect} from '../../support/plain-dialect.ts'
import {expectFailure} from '../../support/rejection.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const [ASTRO_SERVED] = listServedDialects(VENDORS) as [ServedDialect]

interface Serving {
  started: StartedService
  people: readonly ServedForPeople[]
  warnings: string[]
}

describe('a service with several dialects', () => {
  const others: Server[] = []
  let readyFile: string
  beforeEach(() => {
    readyFile = join(tempFolder(), 'ready.json')
  })
  afterEach(() => {
    for (const other of others.splice(0)) other.close()
  })

  /** Listen on a free port, as another program would, and return the port. */
  async function takePort(): Promise<number> {
    const other = createServer().listen(0, '127.0.0.1')
    others.push(other)
    await once(other, 'listening')
    return (other.address() as AddressInfo).port
  }

  const on = (dialect: ServedDialect, port?: number): DialectPort => ({
    dialect,
    port: port ?? dialect.defaultPort,
    isNamed: port !== undefined,
  })
  const status = async (url: string, path: string) => (await fetch(`${url}${path}`)).status

  /** Serve an installation in memory, use it while it listens, and stop it. */
  async function serve(
    ports: DialectPort[],
    look: (serving: Serving) => Promise<void> | void,
    options: Partial<StartOptions> = {},
  ): Promise<void> {
    const runtime = {
      vendors: VENDORS,
      env: {},
      now: Date.now,
      homeFolder: tempFolder(),
      userName: 'tester',
    } as unknown as Runtime
    const {promise: stopped, resolve: stop} = Promise.withResolvers<void>()
    const warnings: string[] = []
    await startService(runtime, {
      ports,
      ephemeral: true,
      readyFile,
      stopped,
      async warn(text) {
        warnings.push(text)
      },
      async onListening(started, people) {
        await look({started, people, warnings})
        stop()
      },
      onRequest: () => {},
      ...options,
    })
  }
  const never = () => expect.fail('it listens')

  it('has a listener for each, all on one store, and no path of one on the port of another', async () => {
    const [red, blue] = [madeUpVendor('red'), madeUpVendor('blue')]
    const urls: string[] = []
    await serve([on(ASTRO_SERVED, 0), on(red.dialect), on(blue.dialect)], async ({started, warnings}) => {
      const {astro, red: atRed, blue: atBlue} = started.dialects
      if (!astro || !atRed || !atBlue) return expect.fail('one is missing')
      urls.push(astro.url, atRed.url, atBlue.url)
      expect(new Set(urls).size).to.equal(3)
      expect(await status(astro.url, '/v1/organizations')).to.equal(401)
      for (const {url, own, other} of [
        {url: atRed.url, own: '/red/organizations', other: '/blue/organizations'},
        {url: atBlue.url, own: '/blue/organizations', other: '/red/organizations'},
      ]) {
        expect(await (await fetch(`${url}${own}`)).json()).to.equal(1)
        expect(await status(url, other)).to.equal(404)
        expect(await status(url, '/v1/organizations')).to.equal(404)
        expect(await status(astro.url, own)).to.equal(404)
      }
      expect(warnings).to.deep.equal([])
    })
    for (const url of urls) await untilRefused(url)
  })

  it('writes the URL of each into the ready file, with a credential if the dialect has one, and no credential into JSON', async () => {
    const red = madeUpVendor('red')
    await serve([on(ASTRO_SERVED, 0), on(red.dialect)], async ({started}) => {
      const ready = JSON.parse(readFileSync(readyFile, 'utf8'))
      const [redToken] = red.tokens
      expect(Object.keys(ready)).to.deep.equal([
        'url',
        'organizationId',
        'workspaceId',
        'deploymentId',
        'token',
        'dialects',
      ])
      expect(ready.dialects).to.deep.equal({
        astro: {url: ready.url},
        red: {url: started.dialects['red']?.url, username: 'tester', token: redToken},
      })
      const {url, organizationId, workspaceId, deploymentId} = ready
      const headers = {Authorization: `Bearer ${ready.token}`}
      expect((await fetch(`${url}/v1/organizations`, {headers})).status).to.equal(200)
      expect(started).to.deep.include({url, organizationId, workspaceId, deploymentId})
      expect(started.dialects).to.deep.equal({astro: {url}, red: {url: ready.dialects.red.url}})
      expect(JSON.stringify(started)).to.not.contain(redToken).and.to.not.contain(ready.token)
    })
    expect(existsSync(readyFile)).to.equal(false)
  })

  it('has the URL of the first dialect as its own URL, no matter which dialect that is', async () => {
    await serve([on(madeUpVendor('red').dialect), on(madeUpVendor('blue').dialect)], ({started}) => {
      expect(started.dialects['red']).to.deep.equal({url: started.url})
      expect(started.url).to.equal(`http://localhost:${started.port}`)
      expect(JSON.parse(readFileSync(readyFile, 'utf8')))
        .to.include({url: started.url})
        .and.to.not.have.property('token')
    })
  })

  it('prints each URL for a person, in the order of the dialects, with the hints of each', async () => {
    const {dialect} = madeUpVendor('red')
    await serve([on(dialect), on(ASTRO_SERVED, 0)], ({started, people}) => {
      expect(people.map(({title, url}) => [title, url])).to.deep.equal([
        ['RED', started.dialects['red']?.url],
        ['Astro', started.dialects['astro']?.url],
      ])
      expect(people[0]?.hints).to.deep.equal([`Use red at port ${started.port}, with ${readyFile}`])
      expect(people[1]?.hints.join('\n')).to.contain(`jq -r .token ${readyFile}`)
    })
  })

  it('omits a dialect whose default port is in use, warns, and serves the others', async () => {
    const port = await takePort()
    const red = madeUpVendor('red', {defaultPort: port})
    await serve([on(red.dialect), on(ASTRO_SERVED, 0)], ({started, people, warnings}) => {
      expect(warnings).to.deep.equal([
        `RED is left out: Port ${port} is in use on 127.0.0.1; give it another port with --red-port`,
      ])
      expect(Object.keys(started.dialects)).to.deep.equal(['astro'])
      expect(people.map(({title}) => title)).to.deep.equal(['Astro'])
      expect(Object.keys(JSON.parse(readFileSync(readyFile, 'utf8')).dialects)).to.deep.equal(['astro'])
      expect(red.tokens).to.deep.equal([])
    })
  })

  it('gives a port named by a flag to the dialect of that flag, and omits the dialect that has it by default', async () => {
    const port = await takePort()
    await new Promise((resolve) => others.pop()?.close(resolve))
    const red = madeUpVendor('red', {defaultPort: port})
    const blue = madeUpVendor('blue')
    await serve([on(red.dialect), on(blue.dialect, port)], ({started, warnings}) => {
      expect(started.dialects).to.deep.equal({blue: {url: `http://localhost:${port}`}})
      expect(warnings.join()).to.contain('RED is left out')
    })
  })

  for (const [what, choose, flag] of [
    ['a port that a flag names', (port: number) => [on(madeUpVendor('red').dialect, port)], '--red-port'],
    [
      'the default port of a dialect that clients look for there',
      (port: number) => [
        on(madeUpVendor('blue').dialect),
        on(madeUpVendor('red', {defaultPort: port, required: true}).dialect),
      ],
      '--red-port',
    ],
    [
      'every default port',
      (port: number) => ['red', 'blue'].map((name) => on(madeUpVendor(name, {defaultPort: port}).dialect)),
      '--red-port',
    ],
  ] as const) {
    it(`is CONFIG if ${what} is in use, names the flag, and leaves nothing`, async () => {
      const port = await takePort()
      const err = await expectFailure(serve(choose(port), never), 'CONFIG')
      expect(err.message).to.equal(`Port ${port} is in use on 127.0.0.1`)
      expect(err.details.hint).to.contain(flag)
      expect(existsSync(readyFile)).to.equal(false)
    })
  }

  it('releases its ports if another one is in use or a warning cannot be written', async () => {
    const taken = await takePort()
    const free = await takePort()
    await new Promise((resolve) => others.pop()?.close(resolve))
    const blue = on(madeUpVendor('blue').dialect, free)
    await expectFailure(serve([blue, on(madeUpVendor('red').dialect, taken)], never), 'CONFIG')
    const failing = serve([blue, on(madeUpVendor('red', {defaultPort: taken}).dialect)], never, {
      warn: () => Promise.reject(new Error('EPIPE')),
    })
    expect(await failing.catch((err: Error) => err.message)).to.equal('EPIPE')
    await serve([blue], ({started}) => {
      expect(started.port).to.equal(free)
    })
  })

  it('completes the requests in progress on each of them when it stops', async () => {
    const slow = (name: string) => {
      const [begun, mayFinish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const path = `/${name}`
      const handlers = {
        async GET() {
          begun.resolve()
          await mayFinish.promise
          return Response.json(name)
        },
      }
      const {dialect} = madeUpVendor(name, {load: async () => () => plainDialect({routes: [{path, handlers}]})})
      return {dialect, path, begun, mayFinish}
    }
    const all = [slow('red'), slow('blue')]
    let answers: Promise<Response>[] = []
    let urls: string[] = []
    const listening = Promise.withResolvers<void>()
    const serving = serve(
      all.map(({dialect}) => on(dialect)),
      async ({started}) => {
        urls = Object.values(started.dialects).map(({url}) => url)
        answers = all.map(({path}, index) => fetch(`${urls[index]}${path}`))
        await Promise.all(all.map(({begun}) => begun.promise))
        listening.resolve()
      },
    )
    await listening.promise
    for (const url of urls) await untilRefused(url)
    for (const {mayFinish} of all) mayFinish.resolve()
    await serving
    const bodies = await Promise.all(answers.map(async (answer) => (await answer).json()))
    expect(bodies).to.deep.equal(['red', 'blue'])
  })
})

/** Wait until nothing listens at this URL any more. */
async function untilRefused(url: string): Promise<void> {
  const isAnswered = () =>
    fetch(url).then(
      () => true,
      () => false,
    )
  while (await isAnswered());
}
