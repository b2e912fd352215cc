import {expect} from 'chai'
import fc from 'fast-check'
import {HttpRefusal} from '../../../../src/service/http/failure.ts'
import {parseMultipart, readBoundary} from '../../../../src/vendors/deltastream/server/multipart.ts'
import {type DeltaStreamHttp, openDeltaStreamHttp} from '../../../support/deltastream-http.ts'

const MIB = 1_048_576

function parse(text: string, boundary = 'b') {
  return parseMultipart(Buffer.from(text, 'latin1'), boundary).map(({name, content}) => [
    name,
    Buffer.from(content).toString('latin1'),
  ])
}

const part = (header: string, content: string) =>
  `--b\r\nContent-Disposition: form-data; ${header}\r\n\r\n${content}\r\n`

describe('a multipart body', () => {
  for (const [what, header, name] of [
    ['a semicolon at the end', 'name="request";', 'request'],
    ['a file name', 'name="request"; filename="blob"', 'request'],
    ['no quotes', 'name=request', 'request'],
    ['another case', 'NAME="request"', 'request'],
    ['a file name that looks like a name', 'filename="x; name=other"; name="request"', 'request'],
    ['an escaped quote in the file name', 'filename="x\\"; name=\\"y"; name="request"', 'request'],
    ['no name', 'filename="request"', null],
  ] as const) {
    it(`has a part with ${what}`, () => expect(parse(`${part(header, 'x')}--b--`)).to.deep.equal([[name, 'x']]))
  }

  it('may have text before and after, blanks after a boundary, an empty part, and a part without headers', () => {
    const body = `before\r\n${part('name="a"', '')}--b \t\r\n\r\nplain\r\n--b\r\ncontent-disposition:form-data; name="c"\r\n\r\n\r\n--b--\r\nafter`
    expect(parse(body)).to.deep.equal([
      ['a', ''],
      [null, 'plain'],
      ['c', ''],
    ])
  })

  it('may have the boundary within its content', () => {
    const content = '--b\r\n--b x\r\n--bb\r\n--'
    expect(parse(`${part('name="a"', `x${content}`)}--b--`)).to.deep.equal([['a', `x${content}`]])
  })

  for (const [what, body] of [
    ['nothing', ''],
    ['no boundary', 'x'],
    ['only a boundary', '--b'],
    ['a part without an end', part('name="a"', 'x')],
    ['headers without an end', '--b\r\nContent-Disposition: form-data; name="a"\r\n--b--'],
    ['more parts than any driver sends', `${part('name="a"', '').repeat(1001)}--b--`],
    ['very long headers', `--b\r\nX: ${'x'.repeat(20_000)}\r\n\r\nx\r\n--b--`],
  ] as const) {
    it(`is refused with 400 if it has ${what}`, () => {
      expect(() => parse(body))
        .to.throw(HttpRefusal, 'multipart')
        .with.property('status', 400)
    })
  }

  it('of any parts is read as it was written, and any other bytes are refused or read, but never a fault', () => {
    const bytes = fc.uint8Array({maxLength: 200})
    fc.assert(
      fc.property(fc.array(bytes, {maxLength: 5}), (contents) => {
        const boundary = `${'-'.repeat(27)}8125431`
        const written = contents.flatMap((content, index) => [
          Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="p${index}"\r\n\r\n`),
          content,
          Buffer.from('\r\n'),
        ])
        const read = parseMultipart(Buffer.concat([...written, Buffer.from(`--${boundary}--`)]), boundary)
        expect(read.map(({content}) => [...content])).to.deep.equal(contents.map((content) => [...content]))
      }),
    )
    const text = fc.array(fc.constantFrom('--b', '--b--', '\r\n', '\r\n\r\n', 'x', ': ', '\n', '-'), {maxLength: 30})
    fc.assert(
      fc.property(text, (pieces) => {
        try {
          parse(pieces.join(''))
        } catch (err) {
          expect(err).to.be.instanceOf(HttpRefusal)
        }
      }),
    )
  })

  it('takes linear time', () => {
    const many = part('name="a"', '').repeat(1000)
    expect(parse(`${many}--b--`)).to.have.length(1000)
    expect(() => parse(`${many.repeat(300)}--b--`)).to.throw('multipart')
    const content = '\r\n--bx\r\n--b \tx'.repeat(1_000_000)
    expect(parse(`${part('name="a"', content)}--b--`)).to.deep.equal([['a', content]])
    expect(() => parse('--b\r\n'.repeat(2_000_000))).to.throw('multipart')
    expect(() => parse(`--b${'\r\n--bx'.repeat(1_000_000)}`)).to.throw('multipart')
  })

  for (const [contentType, boundary] of [
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data; boundary="a b"', 'a b'],
    ['multipart/form-data; charset=utf-8; Boundary=abc', 'abc'],
  ] as const) {
    it(`has its boundary in ${contentType}`, () => expect(readBoundary(contentType)).to.equal(boundary))
  }

  for (const contentType of [
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; x="boundary=a"',
  ]) {
    it(`is refused without a boundary: ${contentType}`, () => {
      expect(() => readBoundary(contentType)).to.throw(HttpRefusal, 'boundary')
    })
  }
})

describe('a request in a multipart body', () => {
  let http: DeltaStreamHttp
  beforeEach(async () => {
    http = await openDeltaStreamHttp({inMemory: true})
  })
  afterEach(() => http.service.close())

  const JSON_TEXT = '{"statement":"LIST ROLES"}'
  const send = (body: string | Buffer) =>
    http.call('POST', '/v2/statements', {
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: {'Content-Type': 'multipart/form-data; boundary=b'},
    })

  it('is run, and the content of other parts does not matter', async () => {
    const {status, body} = await send(`${part('name="x"', '{')}${part('name="request"', JSON_TEXT)}--b--`)
    expect([status, body.sqlState]).to.deep.equal([200, '00000'])
  })

  for (const [what, words, text] of [
    ['no part of this name', '0 parts', `${part('name="Request"', JSON_TEXT)}--b--`],
    ['two parts of this name', '2 parts', `${part('name="request"', JSON_TEXT).repeat(2)}--b--`],
    ['no JSON', 'not JSON', `${part('name="request"', '')}--b--`],
    ['bytes that are not UTF-8', 'UTF-8', `${part('name="request"', '{"statement":"LIST ROLES --\\xff"}')}--b--`],
    ['no end', 'no end', part('name="request"', JSON_TEXT)],
  ] as const) {
    it(`is refused with 400: ${what}`, async () => {
      const {status, body} = await send(Buffer.from(text.replace('\\xff', '\xff'), 'latin1'))
      expect(status).to.equal(400)
      expect(body.message).to.contain(words)
    })
  }

  it('may be 1 MiB long, and 16 MiB with its attachments', async () => {
    const statement = (bytes: number) => {
      const [before, after] = ['{"statement":"LIST ROLES -- ', '"}']
      return `${before}${'x'.repeat(bytes - before.length - after.length)}${after}`
    }
    const wrap = (json: string, total: number) => {
      const start = `${part('name="request"', json)}--b\r\nContent-Disposition: form-data; name="attachments"; filename="a"\r\n\r\n`
      const end = '\r\n--b--'
      return Buffer.concat([Buffer.from(start), Buffer.alloc(total - start.length - end.length), Buffer.from(end)])
    }
    expect((await send(wrap(statement(MIB), 16 * MIB))).body.sqlState).to.equal('00000')
    expect((await send(wrap(statement(MIB + 1), 2 * MIB))).status).to.equal(400)
    expect((await send(wrap(JSON_TEXT, 16 * MIB + 1))).status).to.equal(400)
  })
})
