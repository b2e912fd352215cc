import {once} from 'node:events'
import {connect} from 'node:net'
import {expect} from 'chai'
import type {HttpServer} from '../../../../src/service/http/node.ts'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'
import {type RawAnswer, readAnswers, talk} from '../../../support/raw-answers.ts'

const CHUNKED = 'Transfer-Encoding: chunked'

describe('Astro over HTTP: what follows a request on its connection', () => {
  let test: AstroHttp
  let server: HttpServer
  let tokens: string
  beforeEach(async () => {
    test = await openAstroHttp()
    server = await test.listen()
    tokens = `/v1/organizations/${test.organizationId}/tokens`
  })
  afterEach(async () => {
    await server.stop(0)
    await test.service.close()
  })

  function request(method: string, path: string, headers: string[] = [], body = ''): string {
    const head = [`${method} ${path} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${test.ownerToken.token}`]
    return `${[...head, ...headers].join('\r\n')}\r\n\r\n${body}`
  }

  function create(name: string): string {
    const body = JSON.stringify({name, scope: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN', entityId: test.deploymentId})
    return request('POST', tokens, [`Content-Length: ${body.length}`], body)
  }

  async function works(value: string): Promise<boolean> {
    return (await test.service.verify(value)).valid
  }

  const names = async () =>
    (await test.owner.listTokens(test.organizationId, {})).tokens
      .map(({name}) => name)
      .filter((name) => name !== 'owner')

  function expectRefusal(answer: RawAnswer | undefined, status = 400): void {
    expect(answer?.status).to.equal(status)
    expect(answer?.headers).to.include({connection: 'close', 'x-content-type-options': 'nosniff'})
    expect(JSON.parse(answer?.body ?? '')).to.include({statusCode: status})
  }

  for (const [what, headers, stray] of [
    ['a body without a length', [], '{"a":1}'],
    ['a body that is longer than its length', ['Content-Length: 2'], '{}{"a":1}'],
    ['a body after Content-Length: 0', ['Content-Length: 0'], '{"a":1}'],
    ['a body that goes on after its last chunk', [CHUNKED], '2\r\n{}\r\n0\r\n\r\n{"a":1}'],
    ['a request of another protocol', [], '\x16\x03\x01\x02\x00\x01'],
    ['a request without a version', [], 'GET /\r\n\r\n'],
    ['the preface of HTTP/2', [], 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['CONNECT', [], 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n'],
    ['bytes after Connection: close', ['Connection: close'], '{"a":1}'],
    ['bytes after Expect: 100-continue', ['Expect: something-else'], '{"a":1}'],
    ['much of it', [], 'x'.repeat(1_000_000)],
  ] as const) {
    it(`a rotation followed by ${what} is answered with the new secret, then 400 ends the connection`, async () => {
      const known = await test.create({name: 'known'})
      const answers = await talk(server.port, request('POST', `${tokens}/${known.id}/rotate`, [...headers], stray))
      expect(answers.map(({status}) => status)).to.deep.equal([200, 400])
      const {token} = JSON.parse(answers[0]?.body ?? '')
      expect([await works(known.token), await works(token)]).to.deep.equal([false, true])
      expectRefusal(answers[1])
    })
  }

  it('a head that is too long after a request is answered with 431, after the answer to the request', async () => {
    const [made, refused] = await talk(
      server.port,
      create('first'),
      `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    )
    expect(made?.status).to.equal(200)
    expectRefusal(refused, 431)
  })

  it('several requests that were sent together are all answered in their order before the refusal', async () => {
    const sent = [
      create('one'),
      request('GET', tokens),
      create('two'),
      request('POST', '/none'),
      create('three'),
      '{"a":1}',
    ]
    const answers = await talk(server.port, sent.join(''))
    expect(answers.map(({status}) => status)).to.deep.equal([200, 200, 200, 404, 200, 400])
    const made = [answers[0], answers[2], answers[4]].map((answer) => JSON.parse(answer?.body ?? ''))
    expect(made.map(({name}) => name)).to.deep.equal(['one', 'two', 'three'])
    for (const {token} of made) expect(await works(token)).to.equal(true)
    expect((await names()).sort()).to.deep.equal(['one', 'three', 'two'])
  })

  it('stray bytes in a separate packet on a persistent connection end it after the answer', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write(create('first'))
    const [first] = await once(socket, 'data')
    expect(String(first)).to.match(/^HTTP\/1.1 200 /)
    socket.write(create('second'))
    socket.write('}')
    const answers = await readAnswers(socket)
    expect(answers.map(({status}) => status)).to.deep.equal([200, 400])
    expect((await names()).sort()).to.deep.equal(['first', 'second'])
  })

  it('a client that has ended its side gets its answer, with stray bytes and without', async () => {
    for (const [stray, statuses] of [
      ['', [200]],
      ['{"a":1}', [200, 400]],
    ] as const) {
      const socket = connect(server.port, '127.0.0.1')
      socket.end(create(`half${stray.length}`) + stray)
      expect((await readAnswers(socket)).map(({status}) => status)).to.deep.equal(statuses)
    }
  })

  for (const [what, headers, body] of [
    ['whose chunks are malformed', [CHUNKED], '2\r\n{}\r\nzz\r\n'],
    ['whose trailer is malformed', [CHUNKED], '2\r\n{}\r\n0\r\nno trailer\r\n\r\n'],
    ['that is malformed after 100 Continue', [CHUNKED, 'Expect: 100-continue'], 'zz\r\n'],
    ['with a length and chunks', [CHUNKED, 'Content-Length: 2'], '2\r\n{}\r\n0\r\n\r\n'],
    ['with two lengths', ['Content-Length: 2', 'Content-Length: 3'], '{} '],
  ] as const) {
    for (const [verb, method, path] of [
      ['creates', 'POST', ''],
      ['rotates', 'POST', '/rotate'],
      ['deletes', 'DELETE', ''],
    ] as const) {
      it(`a request ${what} ${verb} nothing and is answered with 400 alone`, async () => {
        const known = await test.create({name: 'known'})
        const target = verb === 'creates' ? tokens : `${tokens}/${known.id}${path}`
        const before = await test.snapshot()
        const answers = await talk(server.port, request(method, target, [...headers], body))
        const last = headers.some((header) => header.startsWith('Expect')) ? answers.slice(1) : answers
        expect(last).to.have.lengthOf(1)
        expectRefusal(last[0])
        await server.stop(0)
        expect(await test.snapshot()).to.equal(before)
      })
    }
  }

  for (const [verb, method, path] of [
    ['rotates', 'POST', '/rotate'],
    ['deletes', 'DELETE', ''],
  ] as const) {
    it(`a request with an incomplete body ${verb} nothing`, async () => {
      const known = await test.create({name: 'known'})
      for (const [headers, body] of [
        [['Content-Length: 5'], '{}'],
        [[CHUNKED], '2\r\n{}\r\n'],
      ] as const) {
        const socket = connect(server.port, '127.0.0.1')
        socket.end(request(method, `${tokens}/${known.id}${path}`, [...headers], body))
        const answers = await readAnswers(socket)
        expect(answers.map(({status}) => status)).to.deep.equal([400])
      }
      expect(await works(known.token)).to.equal(true)
    })
  }

  it('a complete request before a broken one is executed and answered; the broken one is not executed', async () => {
    const known = await test.create({name: 'known'})
    const broken = request('POST', `${tokens}/${known.id}/rotate`, [CHUNKED], 'zz\r\n')
    const answers = await talk(server.port, create('whole') + broken)
    expect(answers.map(({status}) => status)).to.deep.equal([200, 400])
    expect(await works(known.token)).to.equal(true)
    expect(await works(JSON.parse(answers[0]?.body ?? '').token)).to.equal(true)
  })

  it('an answer to HEAD is complete without a body, and the refusal follows it', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write(`${request('HEAD', tokens)}{"a":1}`)
    const answers = await readAnswers(socket, {heads: true})
    expect(answers.map(({status, body}) => [status, body === ''])).to.deep.equal([
      [200, true],
      [400, false],
    ])
  })

  it('a body that is too long is answered only with 413, no matter what is wrong with the rest of it', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write(request('POST', tokens, [CHUNKED], `${(300_000).toString(16)}\r\n${'x'.repeat(300_000)}`))
    const answered = once(socket, 'data')
    const answers = readAnswers(socket)
    await answered
    socket.write('\r\nzz\r\n')
    expect((await answers).map(({status}) => status)).to.deep.equal([413])
  })
})
