import {expect} from 'chai'
import {readDocBlocks} from '../support/doc-blocks.ts'
import {bash} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const [CHECK = 'false', GATE = 'false'] = readDocBlocks('docs/scripting.md')['Fail when a token ends soon'] ?? []

describe('docs/scripting.md', function () {
  this.timeout(30_000)
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })
  const create = (days: number) =>
    `tokenry deployment token create -n deploy -r DEPLOYMENT_ADMIN -e ${days} --output deploy.txt 2> /dev/null\n`

  it('has checks that pass for a token that ends later, and fail for one that ends soon', async () => {
    const lines = CHECK.trim().split('\n')
    expect(lines.length).to.equal(2)
    for (const [days, exitCode] of [
      [90, 0],
      [2, 10],
    ] as const) {
      home = tempFolder()
      await bash(create(days), {home})
      for (const line of lines) expect((await bash(line, {home})).exitCode, `${line} ${days}`).to.equal(exitCode)
    }
  })

  it('has a gate that tells apart: nothing ends soon, something does, and a vendor that fails', async () => {
    const passed = await bash(`set -eu\n${create(90)}${GATE}`, {home})
    expect(passed).to.deep.equal({exitCode: 0, stdout: 'Nothing ends within 14 days\n', stderr: ''})
    home = tempFolder()
    const found = await bash(`set -eu\n${create(2)}${GATE}`, {home})
    expect(found).to.include({exitCode: 1, stderr: ''})
    expect(found.stdout).to.match(/^astro\tc[a-z0-9]+\t\S+Z\n$/)
    // Nothing listens at port 1.
    const env = {DS_TOKEN: 'x', DS_ENDPOINT: 'http://127.0.0.1:1/v2'}
    const failed = await bash(`set -eu\n${GATE}`, {home: tempFolder(), env})
    expect(failed).to.include({exitCode: 9, stdout: ''})
    expect(failed.stderr).to.not.equal('')
  })
})
