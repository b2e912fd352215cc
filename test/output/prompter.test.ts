import {execFile} from 'node:child_process'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {PassThrough} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {promisify, stripVTControlCharacters} from 'node:util'
import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import {createPrompter, type Prompter} from '../../src/output/prompter.ts'
import {loadedPackages} from '../support/loaded-packages.ts'

const KEYS = {enter: '\r', up: '\x1b[A', down: '\x1b[B', tab: '\t', ctrlC: '\x03', ctrlD: '\x04'}
const run = promisify(execFile)

/** A terminal in memory, for the real inquirer. */
class FakeTerminal {
  readonly stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(raw: boolean) {
      this.isRaw = raw
    },
  })
  readonly stderr = Object.assign(new PassThrough(), {isTTY: true, columns: 80})
  readonly prompter: Prompter = createPrompter(this)
  drawn = ''

  constructor() {
    this.stderr.on('data', (chunk) => {
      this.drawn += stripVTControlCharacters(String(chunk))
    })
  }

  /** Press keys once the text has been drawn. Return what was drawn so far, and clear it. */
  async on(text: string, ...keys: string[]): Promise<string> {
    for (const deadline = Date.now() + 10_000; !this.drawn.includes(text); await delay(1)) {
      if (Date.now() > deadline) throw new Error(`${text} was not drawn, but ${this.drawn}`)
    }
    const {drawn} = this
    this.drawn = ''
    for (const key of keys) this.stdin.write(key)
    return drawn
  }
}

function named(count: number): {name: string; value: number}[] {
  return Array.from({length: count}, (_, index) => ({name: `token-${index}`, value: index}))
}

async function codeOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => 'answered',
    (err: unknown) => (err instanceof AppError ? err.code : err),
  )
}

describe('prompter', () => {
  let terminal: FakeTerminal

  beforeEach(() => {
    terminal = new FakeTerminal()
  })

  describe('input', () => {
    it('returns the line that was typed', async () => {
      const answer = terminal.prompter.input({message: 'Name?'})
      await terminal.on('Name?', 'ci token', KEYS.enter)
      expect(await answer).to.equal('ci token')
    })

    it('returns the default for an empty line, and shows it escaped', async () => {
      const answer = terminal.prompter.input({message: 'Name?', default: 'a\x1b[2Jb'})
      await terminal.on('(a\\x1b[2Jb)', KEYS.enter)
      expect(await answer).to.equal('a\x1b[2Jb')
    })

    it('returns an empty text if the line is empty and there is no default', async () => {
      const answer = terminal.prompter.input({message: 'Description?'})
      await terminal.on('Description?', KEYS.enter)
      expect(await answer).to.equal('')
    })

    it('asks until the answer is valid, and shows the error escaped', async () => {
      const answer = terminal.prompter.input({
        message: 'Name?',
        validate: (text) => text === 'good' || `no: ${text}\x07`,
      })
      await terminal.on('Name?', 'go', KEYS.enter)
      await terminal.on('no: go\\x07', 'od', KEYS.enter)
      expect(await answer).to.equal('good')
    })
  })

  describe('select', () => {
    it('returns the value of the chosen name, of any type', async () => {
      const values = [{a: 1}, ['b'], () => 'c', undefined, null]
      for (const [index, value] of values.entries()) {
        const choices = values.map((each, at) => ({name: `choice ${at}`, value: each}))
        const answer = terminal.prompter.select({message: 'Which?', choices})
        await terminal.on('choice 0', ...Array<string>(index).fill(KEYS.down), KEYS.enter)
        expect(await answer).to.equal(value)
        terminal.drawn = ''
      }
    })

    it('starts at the default', async () => {
      for (const count of [5, 20]) {
        const answer = terminal.prompter.select({message: 'Which?', choices: named(count), default: 3})
        await terminal.on('❯ token-3', KEYS.enter)
        expect(await answer).to.equal(3)
      }
    })

    it('does not wrap around at the ends', async () => {
      const answer = terminal.prompter.select({message: 'Which?', choices: named(3)})
      await terminal.on('token-0', KEYS.up, KEYS.enter)
      expect(await answer).to.equal(0)
    })

    it('lists all of 12 choices', async () => {
      const answer = terminal.prompter.select({message: 'Which?', choices: named(12)})
      await terminal.on('token-11', KEYS.enter)
      expect(await answer).to.equal(0)
    })

    it('searches the names and descriptions of more than 12 choices by words, in any letter case', async () => {
      const choices = named(40).map((choice) => ({
        ...choice,
        description: choice.value === 33 ? 'Nightly Build' : 'other',
      }))
      for (const term of ['token-33', 'nightly', 'BUILD token']) {
        const answer = terminal.prompter.select({message: 'Which?', choices})
        await terminal.on('❯ token-0', term)
        await terminal.on('❯ token-33', KEYS.enter)
        expect(await answer).to.equal(33)
      }
    })

    it('ranks an exact name before longer names, and names before ids with the same letters', async () => {
      const others = named(20).map((choice) => ({...choice, description: 'c1ci0'}))
      const choices = [...others, {name: 'My ci', value: 31}, {name: 'ci-nightly', value: 32}, {name: 'CI', value: 33}]
      const answer = terminal.prompter.select({message: 'Which?', choices})
      await terminal.on('Which? (type to search)', 'ci')
      const drawn = await terminal.on('❯ CI', KEYS.down)
      await terminal.on('❯ ci-nightly', KEYS.down)
      await terminal.on('❯ My ci', KEYS.down)
      await terminal.on('❯ token-0', KEYS.up, KEYS.up, KEYS.up, KEYS.enter)
      expect(drawn).to.contain('ci')
      expect(await answer).to.equal(33)
    })

    it('never returns a wrong choice for a pasted line', async () => {
      const answer = terminal.prompter.select({message: 'Which?', choices: named(40)})
      await terminal.on('❯ token-0', 'token-33\r')
      await terminal.on('❯ token-33', KEYS.enter)
      expect(await answer).to.equal(33)
    })

    it('shows names and descriptions escaped', async () => {
      const choices = [{name: 'a\x1b[31m', value: 1, description: 'b\u202e'}]
      const answer = terminal.prompter.select({message: 'Which\n?', choices})
      const drawn = await terminal.on('b\\u202e', KEYS.enter)
      expect(drawn).to.contain('? Which\\n?').and.contain('❯ a\\x1b[31m')
      expect(await answer).to.equal(1)
    })
  })

  describe('confirm', () => {
    const answers: [keys: string, proposed: boolean | undefined, answer: boolean][] = [
      [KEYS.enter, undefined, false],
      [KEYS.enter, false, false],
      [KEYS.enter, true, true],
      [`y${KEYS.enter}`, undefined, true],
      [`n${KEYS.enter}`, true, false],
    ]
    for (const [keys, proposed, answer] of answers) {
      it(`reads ${JSON.stringify(keys)} as ${answer} if the default is ${proposed}`, async () => {
        const question = terminal.prompter.confirm({
          message: 'Sure?',
          ...(proposed === undefined ? {} : {default: proposed}),
        })
        await terminal.on('Sure?', keys)
        expect(await question).to.equal(answer)
      })
    }
  })

  const questions: [string, (prompter: Prompter) => Promise<unknown>][] = [
    ['input', (prompter) => prompter.input({message: 'Well?'})],
    ['select', (prompter) => prompter.select({message: 'Well?', choices: named(3)})],
    ['search', (prompter) => prompter.select({message: 'Well?', choices: named(30)})],
    ['confirm', (prompter) => prompter.confirm({message: 'Well?'})],
  ]
  for (const [kind, question] of questions) {
    it(`ends ${kind} with CANCELLED at Ctrl-C, at Ctrl-D and at the end of the input`, async () => {
      for (const leave of [KEYS.ctrlC, KEYS.ctrlD]) {
        const answer = codeOf(question(terminal.prompter))
        await terminal.on('Well?', leave)
        expect(await answer).to.equal('CANCELLED')
        terminal.drawn = ''
      }
      const answer = codeOf(question(terminal.prompter))
      await terminal.on('Well?')
      terminal.stdin.end()
      expect(await answer).to.equal('CANCELLED')
      expect(await codeOf(question(terminal.prompter)), 'input that has ended before').to.equal('CANCELLED')
    })

    it(`restores both streams after ${kind}`, async () => {
      const {stdin, stderr} = terminal
      const listeners = () =>
        [stdin, stderr].map((stream) => stream.eventNames().map((name) => stream.listenerCount(name)))
      for (const leave of [KEYS.enter, KEYS.ctrlC, KEYS.enter]) {
        const answer = codeOf(question(terminal.prompter))
        await terminal.on('Well?', leave)
        await answer
        terminal.drawn = ''
      }
      const after = listeners()
      const answer = codeOf(question(terminal.prompter))
      await terminal.on('Well?', KEYS.enter)
      await answer
      expect(listeners()).to.deep.equal(after)
      expect({raw: stdin.isRaw, paused: stdin.isPaused(), ended: stderr.writableEnded}).to.deep.equal({
        raw: false,
        paused: true,
        ended: false,
      })
      const line = new Promise((resolve) => stdin.once('data', (chunk) => resolve(String(chunk))))
      stdin.resume()
      stdin.write('next')
      expect(await line).to.equal('next')
    })
  }

  it('shows nothing of a secret, not even after Ctrl-T', async () => {
    const ctrlT = '\x14'
    const answer = terminal.prompter.secret({
      message: 'Token?',
      validate: (text) => text !== '' || 'Paste the token',
    })
    await terminal.on('Token?', KEYS.enter)
    await terminal.on('Paste the token', 'top-secret', ctrlT)
    await delay(50)
    const drawn = await terminal.on('Token?', KEYS.enter)
    expect(await answer).to.equal('top-secret')
    expect(drawn + terminal.drawn).to.not.match(/top|secret|\*/)
  })

  it('continues after Ctrl-Z and fg: stdin is paused, but in raw mode', async () => {
    const answer = terminal.prompter.input({message: 'Name?'})
    await terminal.on('Name?', 'c')
    await terminal.on('c')
    terminal.stdin.pause()
    await delay(1)
    terminal.stdin.write(`i${KEYS.enter}`)
    expect(await answer).to.equal('ci')
    expect(terminal.stdin.isPaused()).to.equal(true)
  })

  it('loads inquirer with the first question, not before', async () => {
    const script = `
      const {createPrompter} = await load('output/prompter.ts')
      const prompter = createPrompter(process)
    `
    expect(await loadedPackages(script)).to.deep.equal([])
  })

  describe('in a real terminal', function () {
    this.timeout(60_000)
    let folder = ''

    before(async function () {
      const missing = await run('tmux', ['-V']).then(
        () => false,
        () => true,
      )
      if (missing) this.skip()
    })

    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'tokenry-prompter-'))
      const child = fileURLToPath(new URL('prompter-child.ts', import.meta.url))
      const shell = `"${process.execPath}" "${child}" > "${folder}/stdout"; echo "exit code $?"; exec cat`
      await run('tmux', ['-S', socket(), '-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', shell])
    })

    afterEach(async () => {
      await run('tmux', ['-S', socket(), 'kill-server']).catch(() => {})
      await rm(folder, {recursive: true, force: true})
    })

    /**
     * Return the socket of a tmux server for this test only. It is removed with the test folder.
     */
    function socket(): string {
      return path.join(folder, 'tmux')
    }

    async function press(...keys: string[]): Promise<void> {
      await run('tmux', ['-S', socket(), 'send-keys', ...keys])
    }

    async function screenShows(text: string): Promise<void> {
      let screen = ''
      for (const deadline = Date.now() + 20_000; Date.now() < deadline; await delay(50)) {
        screen = (await run('tmux', ['-S', socket(), 'capture-pane', '-p'])).stdout
        if (screen.includes(text)) return
      }
      expect.fail(`no ${text} on the screen:\n${screen}`)
    }

    it('asks with stdout redirected, exits by itself, and leaves the terminal readable', async () => {
      await screenShows('Name of the token? (ci)')
      await press('nightly', 'Enter')
      await screenShows('❯ viewer')
      await press('Down', 'Enter')
      await screenShows('Sure? (y/N)')
      await press('y', 'Enter')
      await screenShows('Type a line')
      await press('hello', 'Enter')
      await screenShows('exit code 0')
      expect(JSON.parse(await readFile(path.join(folder, 'stdout'), 'utf8'))).to.deep.equal({
        name: 'nightly',
        role: {word: 'admin'},
        sure: true,
        line: 'hello\n',
      })
    })

    for (const key of ['C-c', 'C-d']) {
      it(`ends with CANCELLED at ${key}, and exits by itself`, async () => {
        await screenShows('Name of the token?')
        await press('Enter')
        await screenShows('❯ viewer')
        await press(key)
        await screenShows('exit code 130')
        expect(await readFile(path.join(folder, 'stdout'), 'utf8')).to.equal('{"code":"CANCELLED"}')
      })
    }
  })
})
