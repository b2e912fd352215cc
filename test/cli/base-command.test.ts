import {PassThrough} from 'node:stream'
import {fileURLToPath} from 'node:url'
import {Config} from '@oclif/core'
import {expect} from 'chai'
import {BaseCommand} from '../../src/cli/base-command.ts'
import type {Runtime} from '../../src/runtime/runtime.ts'
import {fakeTerminal} from '../support/fake-terminal.ts'
import {TEST_NOW} from '../support/run-tokenry.ts'

/** A command that works until something appears on stderr. If `quick`, it ends immediately. */
class Working extends BaseCommand<string> {
  static override id = 'working'
  static quick = false
  static terminal: PassThrough

  protected async execute(): Promise<string> {
    await this.parseFlags(this.parse(Working))
    return this.busy('Working hard', async () => {
      if (!Working.quick) await new Promise((resolve) => Working.terminal.once('data', resolve))
      return 'done'
    })
  }

  protected render(result: string): string {
    return result
  }
}

describe('long work', () => {
  async function run(argv: string[], {isTTY, quick}: {isTTY: boolean; quick: boolean}): Promise<string> {
    Working.quick = quick
    const {stream, written} = fakeTerminal()
    Working.terminal = stream
    const config = await Config.load(fileURLToPath(new URL('../..', import.meta.url)))
    const runtime: Partial<Runtime> = {
      env: {TERM: 'xterm'},
      now: () => TEST_NOW,
      stdin: Object.assign(new PassThrough(), {isTTY}),
      stdout: new PassThrough(),
      stderr: Object.assign(stream, {isTTY}),
      newInstallation: async () => null,
    }
    expect(await new Working(argv, Object.assign(config, {runtime})).run()).to.equal(0)
    return written.join('')
  }

  it('shows a spinner on stderr at a terminal, and removes it', async () => {
    const stderr = await run([], {isTTY: true, quick: false})
    expect(stderr).to.contain('Working hard')
    expect(stderr).to.match(/<clear>.*\[\?25h$/)
  })

  it('shows no spinner for work that ends immediately', async () => {
    expect(await run([], {isTTY: true, quick: true})).to.equal('')
  })

  it('shows no spinner in a pipe or under --json', async () => {
    expect(await run([], {isTTY: false, quick: true})).to.equal('')
    expect(await run(['--json'], {isTTY: true, quick: true})).to.equal('')
  })
})
