import {PassThrough} from 'node:stream'
import {text} from 'node:stream/consumers'
import {expect} from 'chai'
import {Writer} from '../../src/output/writer.ts'

describe('the JSON document', () => {
  async function write({isTTY}: {isTTY: boolean}): Promise<string> {
    const stdout = Object.assign(new PassThrough(), {isTTY})
    await new Writer('json', {stdout, stderr: new PassThrough(), env: {}}).document({ok: true, result: ['a']})
    return text(stdout.end())
  }

  it('is one line in a pipe, and the same document indented at a terminal', async () => {
    const piped = await write({isTTY: false})
    const shown = await write({isTTY: true})
    expect(piped).to.equal('{"ok":true,"result":["a"],"warnings":[]}\n')
    expect(shown).to.equal('{\n  "ok": true,\n  "result": [\n    "a"\n  ],\n  "warnings": []\n}\n')
  })
})
