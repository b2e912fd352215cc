import {expect} from 'chai'
import {AppError} from '../../../../src/errors/app-error.ts'
import {HttpRefusal} from '../../../../src/service/http/failure.ts'
import {StoreLostError} from '../../../../src/service/store/store-lost-error.ts'
import {answerDeltaStreamError} from '../../../../src/vendors/deltastream/server/error-body.ts'
import {ERROR} from '../../../conformance/deltastream/answers.ts'
import {type DeltaStreamHttp, openDeltaStreamHttp} from '../../../support/deltastream-http.ts'
import {talk} from '../../../support/raw-answers.ts'
import {tamperedWith} from '../../../support/tampered.ts'

const MIB = 1_048_576

/** The rules of contracts/deltastream.md, section 1, and what its clients trip over. */
describe('the DeltaStream server', () => {
  let http: DeltaStreamHttp
  beforeEach(async () => {
    http = await openDeltaStreamHttp({inMemory: true})
  })
  afterEach(() => http.service.close())

  /** Expect an error that changes nothing, and return its message. */
  async function refused(status: number, ...[method, target, options]: Parameters<DeltaStreamHttp['call']>) {
    const before = await http.snapshot()
    const answer = await http.call(method, target, options)
    expect(answer.status, `${method} ${target}: ${answer.text}`).to.equal(status)
    expect(answer.headers.get('content-type')).to.equal('application/json')
    expect(answer.headers.has('www-authenticate')).to.equal(false)
    expect(await http.snapshot()).to.equal(before)
    return ERROR.parse(answer.body).message
  }

  const post = (body: unknown) => ({body})
  const create = "CREATE API_TOKEN ci WITH ('token.role_name' = public)"

  describe('paths', () => {
    for (const target of ['/v2/statements', '/v2//statements', '//v2/statements', '///v2////statements']) {
      it(`runs a statement at ${target}`, async () => {
        expect((await http.call('POST', target, post({statement: 'LIST ROLES'}))).status).to.equal(200)
      })
    }

    for (const [method, target] of [
      ['GET', '/'],
      ['GET', '/v2'],
      ['POST', '/statements'],
      ['POST', '//statements'],
      ['GET', '/v2/statements'],
      ['PUT', '/v2/statements'],
      ['DELETE', '/v2/statements/7f0c0f7e-6d1c-4a53-9d0b-2f6a7c1f9b10'],
      ['POST', '/v2/version'],
      ['POST', '/v2/statements/'],
      ['POST', '/v2/STATEMENTS'],
      ['GET', '/v2/download/function_source/o/r'],
      ['GET', '/v2/billing-portal/o'],
      ['OPTIONS', '/v2/version'],
      ['PATCH', '/v2/%73tatements/x'],
    ] as const) {
      it(`answers 404 to ${method} ${target}, with and without a token`, async () => {
        await refused(404, method, target, method === 'GET' ? {} : post({statement: create}))
        await refused(404, method, target, {as: null})
      })
    }
  })

  describe('the token', () => {
    it('that is bad has the same body for every reason, on every route', async () => {
      const dropped = await http.mint('dropped', 'sysadmin')
      const renewed = await http.mint('renewed', 'sysadmin')
      const expired = await http.mint('expired', 'sysadmin', 1)
      await http.owner.run({statement: 'DROP API_TOKEN dropped'})
      await http.owner.run({statement: 'ALTER API_TOKEN renewed RENEW TOKEN'})
      http.clock.nowMs += 86_400_000
      const elsewhere = await openDeltaStreamHttp({inMemory: true})
      await elsewhere.service.close()
      const headers = [
        ...['', 'Bearer', 'Bearer ', 'Basic YTpi', http.firstToken, `Bearer  ${http.firstToken}`],
        ...[`Bearer\t${http.firstToken}`, `Bearer ${http.firstToken} x`, `Token ${http.firstToken}`],
        ...['x', 'a.b.c', tamperedWith(http.firstToken), dropped, renewed, expired, elsewhere.firstToken].map(
          (secret) => `Bearer ${secret}`,
        ),
      ]
      const bodies = new Set<string>()
      for (const authorization of headers) {
        const options = {as: null, headers: {authorization}}
        for (const call of [
          ['POST', '/v2/statements', {...options, body: {statement: create}}],
          ['GET', '/v2/version', options],
          ['GET', '/v2/statements/7f0c0f7e-6d1c-4a53-9d0b-2f6a7c1f9b10', options],
          ['GET', '/v2/statements/nothing', options],
          ['POST', '/v2/statements', {...options, body: '{'}],
        ] as Parameters<DeltaStreamHttp['call']>[]) {
          const answer = await http.call(...call)
          expect(answer.status, authorization).to.equal(403)
          bodies.add(answer.text)
        }
      }
      expect([...bodies]).to.deep.equal(['{"message":"invalid or expired token"}'])
    })

    it('is never accepted from the query', async () => {
      await refused(403, 'GET', `/v2/version?token=${http.firstToken}&access_token=${http.firstToken}`, {as: null})
    })

    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      it(`is accepted with the scheme ${scheme}`, async () => {
        const headers = {authorization: `${scheme} ${http.firstToken}`}
        const {status, body} = await http.call('GET', '/v2/version', {as: null, headers})
        expect([status, body]).to.deep.equal([200, {major: 2, minor: 0, patch: 0}])
      })
    }

    it('of another vendor is refused', async () => {
      const {issueTestToken} = await import('../../../support/test-service.ts')
      const {secret} = await issueTestToken(http)
      await refused(403, 'GET', '/v2/version', {as: secret})
    })
  })

  describe('a JSON body', () => {
    for (const [what, body] of [
      ['nothing', ''],
      ['no JSON', '{'],
      ['a list', '[]'],
      ['null', 'null'],
      ['text', '"LIST ROLES"'],
      ['no statement', '{}'],
      ['a null statement', '{"statement":null}'],
      ['a number as statement', '{"statement":1}'],
      ['a list as statement', '{"statement":["LIST ROLES"]}'],
      ...['organization', 'role', 'database', 'schema', 'store', 'computePool'].map((field) => [
        `a number as ${field}`,
        JSON.stringify({statement: create, [field]: 1}),
      ]),
      ['a list as parameters', JSON.stringify({statement: create, parameters: []})],
      ['text as parameters', JSON.stringify({statement: create, parameters: 'UTC'})],
      ['a number as sessionID', JSON.stringify({statement: create, parameters: {sessionID: 1}})],
      ['a long sessionID', JSON.stringify({statement: create, parameters: {sessionID: 's'.repeat(257)}})],
    ] as const) {
      it(`is refused: ${what}`, () => refused(400, 'POST', '/v2/statements', post(body)))
    }

    it('is refused if it is not UTF-8', async () => {
      const body = Buffer.concat([Buffer.from('{"statement":"LIST ROLES -- '), Buffer.from([0xff]), Buffer.from('"}')])
      expect(await refused(400, 'POST', '/v2/statements', {body})).to.contain('UTF-8')
    })

    it('may have null places, null parameters, and fields that are not known', async () => {
      for (const rest of [
        {organization: null, role: null, database: null, parameters: null},
        {role: '', database: '', parameters: {sessionID: '', timezone: null}},
        {parameters: {x: 1}, statements: 1, x: [1]},
      ]) {
        const {status, body} = await http.call('POST', '/v2/statements', post({statement: 'LIST ROLES', ...rest}))
        expect([status, body.sqlState]).to.deep.equal([200, '00000'])
        expect(Object.keys(body.metadata.context)).to.deep.equal(['organizationID', 'roleName'])
      }
    })

    for (const contentType of [
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/json;charset="UTF-8"',
    ]) {
      it(`is accepted as ${contentType}`, async () => {
        const headers = {'Content-Type': contentType}
        expect(
          (await http.call('POST', '/v2/statements', {...post({statement: 'LIST ROLES'}), headers})).status,
        ).to.equal(200)
      })
    }

    for (const contentType of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/sql',
      '',
      'multipart/mixed',
    ]) {
      it(`is refused as ${contentType || 'nothing'}`, async () => {
        const headers = {'Content-Type': contentType}
        expect(await refused(400, 'POST', '/v2/statements', {...post({statement: create}), headers})).to.contain(
          'Content-Type',
        )
      })
    }

    it('is refused in another charset or coding', async () => {
      const charset = {'Content-Type': 'application/json; charset=latin1'}
      await refused(400, 'POST', '/v2/statements', {...post({statement: create}), headers: charset})
      await refused(400, 'POST', '/v2/statements', {
        ...post({statement: create}),
        headers: {'Content-Encoding': 'gzip'},
      })
    })

    it('is accepted up to 1 MiB, and refused above', async () => {
      const pad = (bytes: number) => {
        const [before, after] = ['{"statement":"LIST ROLES -- ', '"}']
        return `${before}${'x'.repeat(bytes - before.length - after.length)}${after}`
      }
      expect((await http.call('POST', '/v2/statements', post(pad(MIB)))).body.sqlState).to.equal('00000')
      expect(await refused(400, 'POST', '/v2/statements', post(pad(MIB + 1)))).to.contain('1048576')
    })
  })

  describe('a status', () => {
    const answer = (err: unknown) => answerDeltaStreamError({err, path: null, requestId: 'r'})
    const hint = 'none'

    for (const [status, err] of [
      [400, new HttpRefusal(413, 'too large %s', {Allow: 'x'})],
      [400, new HttpRefusal(415, 'media', {'Accept-Encoding': 'identity'})],
      [400, new HttpRefusal(421, 'host')],
      [400, new HttpRefusal(431, 'headers')],
      [400, new AppError('INVALID', 'a 100 % wrong %d', {hint})],
      [404, new HttpRefusal(404, 'nothing')],
      [404, new HttpRefusal(405, 'method', {Allow: 'GET'})],
      [408, new HttpRefusal(408, 'slow')],
      [500, new Error('secret')],
      [500, new HttpRefusal(501, 'no')],
      [503, new AppError('TIMEOUT', 'locked', {hint})],
      [503, new StoreLostError('lost', hint)],
    ] as const) {
      it(`is ${status} for ${'status' in err ? err.status : err.name} ${err.message}`, () => {
        const {status: sent, headers, body} = answer(err)
        expect(sent).to.equal(status)
        expect(Object.keys(headers).sort()).to.deep.equal(
          status === 503 ? ['Content-Type', 'Retry-After'] : ['Content-Type'],
        )
        expect(ERROR.parse(JSON.parse(body)).message).to.not.contain('secret')
      })
    }

    it('of a fault is 500 without its cause, in the log only', async () => {
      await http.service.close()
      const {status, body} = await http.call('GET', '/v2/version')
      expect([status, Object.keys(body)]).to.deep.equal([500, ['message']])
      expect(http.log.at(-1)?.error).to.be.instanceOf(Error)
      http = await openDeltaStreamHttp({inMemory: true})
    })
  })

  describe('a connection', () => {
    it('goes on after every error, and gives an answer to a body of more than 16 MiB', async () => {
      const server = await http.listen()
      const head = (line: string, ...lines: string[]) =>
        [
          `${line} HTTP/1.1`,
          `Host: localhost:${server.port}`,
          `Authorization: Bearer ${http.firstToken}`,
          ...lines,
          '',
          '',
        ].join('\r\n')
      const large = Buffer.alloc(16 * MIB + 1, 0x20)
      const json = 'Content-Type: application/json'
      const answers = await talk(
        server.port,
        `${head('POST /v2/statements', json, 'Content-Length: 1')}{`,
        head('GET /v2/nothing'),
        head('POST /v2/statements', json, `Content-Length: ${large.length}`),
        large,
        head('GET /v2/version', 'Connection: close'),
      )
      expect(answers.map(({status}) => status)).to.deep.equal([400, 404, 400, 200])
      await server.stop(0)
    })

    it('gets JSON for bytes that are not a request, with 400 for every reason', async () => {
      const server = await http.listen()
      for (const text of ['nonsense\r\n\r\n', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`]) {
        const [answer] = await talk(server.port, text)
        expect(answer?.status).to.equal(400)
        expect(answer?.headers['content-type']).to.equal('application/json')
        ERROR.parse(JSON.parse(answer?.body ?? ''))
      }
      await server.stop(0)
    })
  })
})
