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
    const document = {ok: true, result: ['a'], warnings: ['Mind this']}
    expect(await write(['a'], {isTTY: false})).to.equal(`${JSON.stringify(document)}\n`)
    expect(await write(['a'], {isTTY: true})).to.equal(`${JSON.stringify(document, null, 2)}\n`)
  })

  for (const length of [500, 501, 1000, 1001]) {
    it(`has every entry of a list of ${length} once, in a pipe and at a terminal`, async () => {
      const result = Array.from({length}, (_, id) => ({id, name: `"],é\u{1F600} ${id}`, none: undefined}))
      const document = {ok: true, result, warnings: ['Mind this']}
      expect(await write(result, {isTTY: false})).to.equal(`${JSON.stringify(document)}\n`)
      expect(await write(result, {isTTY: true})).to.equal(`${JSON.stringify(document, null, 2)}\n`)
    })
  }

  it('is not made further when nobody reads it any more', async () => {
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
    expect(parts).to.deep.equal(['{"ok":true,"result":['])
  })
})
