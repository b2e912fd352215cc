import {PassThrough} from 'node:stream'
import {text} from 'node:stream/consumers'
import {expect} from 'chai'
import {Writer} from '../../src/output/writer.ts'

describe('the JSON document', () => {
  async function write(result: unknown, {isTTY}: {isTTY: boolean}): Promise<string> {
    const stdout = Object.assign(new PassThrough(), {isTTY})
    const written = text(stdout)
    const writer = new Writer('json', {stdout, stderr: new PassThrough(), env: {}})
    await writer.warn('Mind this')
    await writer.document({ok: true, result})
    stdout.end()
    return written
  }

  it('is one line in a pipe, and the same document indented at a terminal', async () => {
    const document = {schemaVersion: 1, ok: true, result: ['a'], warnings: ['Mind this']}
    expect(await write(['a'], {isTTY: false})).to.equal(`${JSON.stringify(document)}\n`)
    expect(await write(['a'], {isTTY: true})).to.equal(`${JSON.stringify(document, null, 2)}\n`)
  })

  for (const length of [500, 501, 1000, 1001]) {
    it(`has every entry of a list of ${length} once, in a pipe and at a terminal`, async () => {
      const result = Array.from({length}, (_, id) => ({id, name: `"],é\u{1F600} ${id}`, none: undefined}))
      const document = {schemaVersion: 1, ok: true, result, warnings: ['Mind this']}
      expect(await write(result, {isTTY: false})).to.equal(`${JSON.stringify(document)}\n`)
      expect(await write(result, {isTTY: true})).to.equal(`${JSON.stringify(document, null, 2)}\n`)
    })
  }

  it('is not continued if the reader has closed the pipe', async () => {
    const parts: string[] = []
    const stdout = Object.assign(new PassThrough(), {
      write(part: string, done: (err: Error) => void) {
        parts.push(part)
        done(Object.assign(new Error('closed'), {code: 'EPIPE'}))
        return true
      },
    })
    const writer = new Writer('json', {stdout, stderr: new PassThrough(), env: {}})
    await writer.document({ok: true, result: Array(2000).fill('a')})
    expect(parts).to.deep.equal(['{"schemaVersion":1,"ok":true,"result":['])
  })
})

describe('debug details', () => {
  async function debug(write: (writer: Writer) => Promise<void>): Promise<string> {
    const stderr = new PassThrough()
    const written = text(stderr)
    await write(new Writer('human', {stdout: new PassThrough(), stderr, env: {}}))
    stderr.end()
    return written
  }

  for (const [what, given, shown] of [
    ['a line feed', 'GET /a\nGET /forged', 'GET /a\\nGET /forged'],
    ['a carriage return', 'GET /a\rGET /forged', 'GET /a\\rGET /forged'],
    ['a colour', '\x1b[31mred', '\\x1b[31mred'],
    ['a link (OSC 8)', '\x1b]8;;http://evil.example\x07text', '\\x1b]8;;http://evil.example\\x07text'],
    ['the clipboard (OSC 52)', '\x1b]52;c;Zm9v\x1b\\', '\\x1b]52;c;Zm9v\\x1b\\'],
    ['a C1 sequence', '\x9b31mred', '\\x9b31mred'],
    ['a right-to-left override', 'a\u202egpj.exe', 'a\\u202egpj.exe'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['half a surrogate pair', 'a\ud83d', 'a\\ud83d'],
    ['NUL, backspace and DEL', 'a\0b\bc\x7f', 'a\\x00b\\x08c\\x7f'],
  ] as const) {
    it(`print ${what} escaped, on one line`, async () => {
      expect(await debug((writer) => writer.debug(given))).to.equal(`${shown}\n`)
    })
  }

  it('contain no token, on a line or in the text of an error', async () => {
    const token = ['eyJhbGciOiJFZERTQSJ9', 'p'.repeat(40), 's'.repeat(40)].join('.')
    expect(await debug((writer) => writer.debug(`GET /${token} 404`))).to.equal('GET /[token] 404\n')
    expect(await debug((writer) => writer.debugDetails(`Error: no ${token}\n    at x`))).to.contain('no [token]\n')
  })

  it('show a stack with indented lines, so that none looks like a line of the log', async () => {
    const stack = 'Error: no a\nGET /forged 200 1.0 ms\x1b[2K\n    at x (y.ts:1)\ncaused by: b'
    expect(await debug((writer) => writer.debugDetails(stack))).to.equal(
      'Error: no a\n  GET /forged 200 1.0 ms\\x1b[2K\n      at x (y.ts:1)\n  caused by: b\n',
    )
  })
})
