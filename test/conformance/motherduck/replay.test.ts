import {readFileSync} from 'node:fs'
import {expect} from 'chai'
import type {HttpServer} from '../../../src/service/http/node.ts'
import type {MotherDuckMintedToken} from '../../../src/vendors/motherduck/api.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../support/motherduck-http.ts'
import {type RawAnswer, talk} from '../../support/raw-answers.ts'
import {MINTED_TOKEN} from './answers.ts'

/**
 * A request as a client sends it: contracts/motherduck.md, sections 7 and 8. `{secret}` is a token
 * of an Admin, `{token}` the id of a token of the user `etl`.
 */
interface RecordedRequest {
  title: string
  /** Method and target. */
  request: string
  /** The name of a set of header lines. */
  headers: string
  body?: string
  status: number
  /** The exact body of the answer. */
  answer?: string
  /** What the answer to a mint must contain. */
  mints?: {name: string; token_type: string; ttl?: number}
  /** The number of issues of a refusal. */
  issues?: number
}

const RECORDED: {headers: Record<string, string[]>; requests: RecordedRequest[]} = JSON.parse(
  readFileSync(new URL('recorded/requests.json', import.meta.url), 'utf8'),
)

describe('the requests of the clients of MotherDuck, byte for byte', () => {
  let http: MotherDuckHttp
  let server: HttpServer
  let token: MotherDuckMintedToken
  beforeEach(async () => {
    http = await openMotherDuckHttp({inMemory: true})
    for (const username of ['etl', 'été', 'admin2']) await http.owner.createUser({username})
    token = await http.owner.createToken('etl', {name: 'ci'})
    server = await http.listen()
  })
  afterEach(async () => {
    await server.stop(0)
    await http.service.close()
  })

  for (const recorded of RECORDED.requests) {
    it(recorded.title, async () => {
      const before = await http.snapshot()
      const answer = await send(recorded)
      expect(answer.status, answer.body).to.equal(recorded.status)
      expect(answer.headers['content-type']).to.equal(
        answer.body === 'Not Found' ? 'text/plain; charset=utf-8' : 'application/json',
      )
      if (recorded.answer !== undefined) expect(answer.body).to.equal(recorded.answer)
      if (recorded.issues !== undefined) expect(JSON.parse(answer.body).issues).to.have.lengthOf(recorded.issues)
      if (recorded.mints) await expectMinted(answer, recorded.mints)
      if (recorded.status !== 200 || recorded.request.startsWith('GET ')) expect(await http.snapshot()).to.equal(before)
    })
  }

  async function send({request, headers, body = ''}: RecordedRequest): Promise<RawAnswer> {
    const content = Buffer.from(body)
    const lines = [`${request} HTTP/1.1`, ...(RECORDED.headers[headers] ?? []), 'Connection: close']
    const head = lines
      .join('\r\n')
      .replaceAll('{secret}', http.adminToken.token)
      .replaceAll('{token}', token.id)
      .replace('{host}', `localhost:${server.port}`)
      .replace('{length}', String(content.length))
    const [answer] = await talk(server.port, Buffer.concat([Buffer.from(`${head}\r\n\r\n`), content]))
    if (!answer) throw new Error('There is no answer')
    return answer
  }

  async function expectMinted(
    answer: RawAnswer,
    {ttl, ...mints}: NonNullable<RecordedRequest['mints']>,
  ): Promise<void> {
    const minted = MINTED_TOKEN.parse(JSON.parse(answer.body))
    expect(minted).to.include(mints)
    const {created_ts: from, expire_at: until} = minted
    expect(until === undefined ? undefined : (Date.parse(until) - Date.parse(from)) / 1000).to.equal(ttl)
    const verdict = await http.service.verify(minted.token)
    expect(verdict.valid && verdict.token.id).to.equal(minted.id)
  }
})
