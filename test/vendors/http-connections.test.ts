import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import {type HttpCall, type HttpClient, openHttpClient} from '../../src/vendors/http.ts'
import {expectFailure} from '../support/rejection.ts'
import {answer, openScriptedServer, type ScriptedServer, type Step} from '../support/scripted-server.ts'

const GET: HttpCall<unknown> = {method: 'GET', path: ['things'], read: (body) => body}
const MINT: HttpCall<unknown> = {...GET, method: 'POST', body: {}, mints: true}

describe('the connections of the request function', () => {
  let server: ScriptedServer
  let client: HttpClient
  let waits: number[]
  afterEach(async () => {
    client.close()
    await server.close()
  })

  async function open(step: Step): Promise<void> {
    server = await openScriptedServer([step])
    client = await connect(server.url)
  }

  function connect(baseUrl: URL): Promise<HttpClient> {
    waits = []
    return openHttpClient(
      {name: 'acme', title: 'Acme', headers: {}, refusesBusyMint: true, perSecondMax: {}, readError: () => null},
      {baseUrl, credential: 'secret', credentialSource: 'ACME_TOKEN'},
      {
        env: {},
        now: () => Date.now(),
        pause: async (ms) => void waits.push(ms),
        refuseWhenStopped: () => {},
        random: () => 1,
        timeoutMs: 20_000,
      },
    )
  }

  it('are new for each mint, because an idle one may close at that moment; reads share one', async () => {
    const ports: (number | undefined)[] = []
    await open((req, res) => {
      ports.push(res.socket?.remotePort)
      answer(200, {})(req, res)
    })
    for (const call of [GET, GET, MINT, MINT, GET]) await client.send(call)
    const [first, second, mint, nextMint, last] = ports
    expect([second, last]).to.deep.equal([first, first])
    expect(new Set([first, mint, nextMint]).size).to.equal(3)
  })

  it('are closed by an answer of more than 64 MiB, which is not asked for again', async () => {
    const chunk = Buffer.alloc(1024 * 1024, ' ')
    let closed = 0
    await open((_, res) => {
      res.writeHead(200, {'Content-Type': 'application/json'})
      res.on('close', () => closed++)
      let written = 0
      const write = (): void => {
        if (res.destroyed) return
        written++
        if (written === 200) res.end('{}')
        else if (res.write(chunk)) setImmediate(write)
        else res.once('drain', write)
      }
      write()
    })
    for (const [call, code] of [
      [GET, 'UPSTREAM'],
      [MINT, 'UNCERTAIN'],
    ] as const) {
      const err = await expectFailure(client.send(call), code)
      expect(err.message).to.contain('an answer that is too long')
    }
    expect(server.requests).to.have.length(2)
    expect(closed).to.be.greaterThan(0)
  })

  it('may carry an answer of less than 64 MiB', async () => {
    await open((_, res) => {
      res.writeHead(200, {'Content-Type': 'application/json'})
      res.end(`${' '.repeat(63 * 1024 * 1024)}{"thing": "it"}`)
    })
    expect(await client.send(GET)).to.deep.equal({thing: 'it'})
  })

  it('are tried again over https if one is refused, because another server may answer; a mint is not', async () => {
    await open(answer(200, {}))
    const closedUrl = new URL(server.url.href.replace('http:', 'https:'))
    await server.close()
    client.close()
    client = await connect(closedUrl)
    const err = await client.send(GET).catch((cause: unknown) => cause)
    expect(err).to.be.instanceOf(AppError).and.to.include({code: 'UPSTREAM'})
    expect(waits).to.deep.equal([500, 1000, 2000])
    waits.length = 0
    await expectFailure(client.send(MINT), 'UPSTREAM')
    expect(waits).to.deep.equal([])
  })
})
