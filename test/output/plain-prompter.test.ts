import {PassThrough} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import {createPrompter} from '../../src/output/prompter.ts'

/** A terminal in memory that cannot move its cursor. It shows what is typed, unless it is raw. */
class DumbTerminal {
  readonly env = {TERM: 'dumb'}
  isRaw = false
  readonly stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => {
      this.isRaw = raw
    },
  })
  readonly stderr = Object.assign(new PassThrough(), {isTTY: true, columns: 80})
  readonly prompter = createPrompter(this)
  drawn = ''
  /** Whether the terminal was raw when something was typed. */
  readonly rawAt: boolean[] = []

  constructor() {
    this.stderr.on('data', (chunk) => {
      this.drawn += String(chunk)
    })
  }

  async type(after: string, text: string): Promise<void> {
    for (const deadline = Date.now() + 10_000; !this.drawn.includes(after); await delay(1)) {
      if (Date.now() > deadline) throw new Error(`${after} was not written, but ${this.drawn}`)
    }
    this.rawAt.push(this.isRaw)
    this.stdin.write(text)
  }
}

describe('the prompter of a dumb terminal', () => {
  let terminal: DumbTerminal
  beforeEach(() => {
    terminal = new DumbTerminal()
  })
  afterEach(() => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nothing may move the cursor
    expect(terminal.drawn).to.not.match(/[\x1b\x08\r]/)
  })

  it('reads a line, or takes the default for an empty one', async () => {
    const name = terminal.prompter.input({message: 'Name?', default: 'ci'})
    await terminal.type('Name? (ci) ', '\n')
    expect(await name).to.equal('ci')
    const other = terminal.prompter.input({message: 'Other?'})
    await terminal.type('Other? ', 'two words\r\n')
    expect(await other).to.equal('two words')
  })

  it('asks again, with the reason, until the answer is valid', async () => {
    const validate = (text: string) => text === 'right' || 'That is wrong'
    const answer = terminal.prompter.input({message: 'Which?', validate})
    await terminal.type('Which? ', 'left\n')
    await terminal.type('That is wrong\nWhich? ', 'right\n')
    expect(await answer).to.equal('right')
  })

  it('lets a choice be made by number or by name', async () => {
    const choices = [
      {name: 'first', value: 1, description: 'one'},
      {name: 'second', value: 2},
    ]
    const byNumber = terminal.prompter.select({message: 'Which?', choices})
    await terminal.type('2) second\nWhich? Number or name: ', '3\n')
    await terminal.type('Type a number from 1 to 2', '2\n')
    expect(await byNumber).to.equal(2)
    terminal.drawn = ''
    const byName = terminal.prompter.select({message: 'Which?', choices, default: 2})
    await terminal.type('name (2): ', 'first\n')
    expect(await byName).to.equal(1)
    terminal.drawn = ''
    const byDefault = terminal.prompter.select({message: 'Which?', choices, default: 2})
    await terminal.type('name (2): ', '\n')
    expect(await byDefault).to.equal(2)
  })

  it('shows a name on one line, so that no name looks like another choice or the end of a question', async () => {
    const choices = [
      {name: 'ci\n  2) prod', value: 1, description: 'a\nb'},
      {name: 'prod', value: 2},
    ]
    const chosen = terminal.prompter.select({message: 'Which\none?', choices})
    await terminal.type('Number or name: ', '1\n')
    expect(await chosen).to.equal(1)
    expect(terminal.drawn).to.equal('  1) ci\\n  2) prod  a\\nb\n  2) prod\nWhich\\none? Number or name: ')
    terminal.drawn = ''
    const named = terminal.prompter.input({
      message: 'Name?',
      default: 'a\nb',
      validate: (text) => text === 'c' || 'no\nt',
    })
    await terminal.type('Name? (a\\nb) ', '\n')
    await terminal.type('no\\nt\nName? (a\\nb) ', 'c\n')
    expect(await named).to.equal('c')
  })

  it('reads a character whose bytes arrive one after the other', async () => {
    const name = terminal.prompter.input({message: 'Name?'})
    const bytes = Buffer.from('Zoë 漢\n')
    await terminal.type('Name? ', '')
    for (const byte of bytes) terminal.stdin.write(Buffer.of(byte))
    expect(await name).to.equal('Zoë 漢')
  })

  it('takes Enter for no, unless yes is the default', async () => {
    for (const [typed, proposed, wanted] of [
      ['', false, false],
      ['', true, true],
      ['Y', false, true],
      ['no', true, false],
    ] as const) {
      terminal.drawn = ''
      const answer = terminal.prompter.confirm({message: 'Sure?', default: proposed})
      await terminal.type('Sure?', `${typed}\n`)
      expect(await answer).to.equal(wanted)
    }
  })

  it('shows nothing of a secret, and lets it be corrected', async () => {
    const secret = terminal.prompter.secret({message: 'Token?'})
    await terminal.type('Token? (not shown) ', 'sec\x7fcret\r')
    expect(await secret).to.equal('secret')
    expect(terminal.rawAt).to.deep.equal([true])
    expect(terminal.isRaw).to.equal(false)
    expect(terminal.drawn).to.not.contain('sec')
    terminal.drawn = ''
    const again = terminal.prompter.secret({message: 'Token?'})
    await terminal.type('Token? (not shown) ', 'all wrong\x15right\r')
    expect(await again).to.equal('right')
  })

  it('leaves the line of the question when the input ends, so that the error has a line of its own', async () => {
    const name = terminal.prompter.input({message: 'Name?'}).catch((err: unknown) => err)
    terminal.stdin.end()
    expect(await name).to.have.property('code', 'CANCELLED')
    expect(terminal.drawn).to.equal('Name? \n')
  })

  it('is cancelled by Ctrl-C within a secret, and by the end of the input', async () => {
    const secret = terminal.prompter.secret({message: 'Token?'}).catch((err: unknown) => err)
    await terminal.type('Token?', '\x03')
    expect(await secret)
      .to.be.instanceOf(AppError)
      .with.property('code', 'CANCELLED')
    const line = terminal.prompter.input({message: 'Name?'}).catch((err: unknown) => err)
    terminal.stdin.end()
    expect(await line)
      .to.be.instanceOf(AppError)
      .with.property('code', 'CANCELLED')
    const later = await terminal.prompter.input({message: 'Name?'}).catch((err: unknown) => err)
    expect(later).to.be.instanceOf(AppError).with.property('code', 'CANCELLED')
  })
})
