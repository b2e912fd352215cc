import {execFile} from 'node:child_process'
import {setTimeout as wait} from 'node:timers/promises'
import {promisify} from 'node:util'
import {BIN} from './spawn-tokenry.ts'

const run = promisify(execFile)

/** A real terminal: bash in tmux, in which `tokenry` is the built program. */
export class TmuxTerminal {
  static #count = 0
  readonly #home: string
  readonly #socket = `tokenry-${process.pid}-${TmuxTerminal.#count++}`

  constructor(home: string) {
    this.#home = home
  }

  /** Open it with this many columns, and more variables. */
  async open(width: number, env: Record<string, string> = {}): Promise<void> {
    const variables = {
      HOME: this.#home,
      TOKENRY_HOME: `${this.#home}/tokenry`,
      PATH: process.env['PATH'] ?? '',
      TERM: 'screen-256color',
      PS1: '$ ',
      ...env,
    }
    const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
    const size = ['-x', String(width), '-y', '40']
    await this.#tmux('new-session', '-d', '-s', 'main', ...size, 'env', '-i', ...settings, 'bash', '--norc')
    await this.type(`tokenry() { "${process.execPath}" "${BIN}" "$@"; }; cd; clear`)
  }

  /** Write to a file all that programs write to the terminal from now on. */
  async record(file: string): Promise<void> {
    await this.#tmux('pipe-pane', '-t', 'main', `cat > '${file}'`)
  }

  async type(text: string): Promise<void> {
    await this.press(text, 'Enter')
  }

  /** Type a text, then press a key, such as `Enter`, `Tab`, `Up` or `C-c`. */
  async press(text: string, key: string): Promise<void> {
    // tmux would take a ; at the end for the end of its own command.
    if (text !== '') await this.#tmux('send-keys', '-t', 'main', '-l', '--', text.replace(/;$/, '\\;'))
    await this.#tmux('send-keys', '-t', 'main', key)
  }

  /** Wait until the screen shows the text, ten seconds at most. */
  see(text: string): Promise<string> {
    // Ignore the line that was typed: it contains the command, not its output.
    return this.#wait(text, (lines) => lines.some((line) => line.includes(text) && !line.startsWith('$ ')))
  }

  /** Wait until the last line on the screen is this text. */
  seeLast(text: string): Promise<string> {
    return this.#wait(text, (lines) => lines.findLast((line) => line !== '') === text)
  }

  async #wait(text: string, isThere: (lines: string[]) => boolean): Promise<string> {
    let screen = ''
    for (let tries = 0; tries < 200; tries += 1) {
      screen = await this.readScreen()
      if (isThere(screen.split('\n'))) return screen
      await wait(50)
    }
    throw new Error(`not seen: ${text}\n${screen}`)
  }

  async readScreen({withColors = false} = {}): Promise<string> {
    const {stdout} = await this.#tmux('capture-pane', '-t', 'main', '-p', ...(withColors ? ['-e'] : []))
    return stdout
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => {})
  }

  #tmux(...args: string[]): Promise<{stdout: string}> {
    return run('tmux', ['-L', this.#socket, ...args])
  }
}
