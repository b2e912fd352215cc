// Draw docs/terminal.svg, the picture at the top of the README: a real session of the built program
// in tmux, in an empty home folder.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {renderTerminal} from './terminal-svg.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILE = join(ROOT, 'docs', 'terminal.svg')
const COLUMNS = 90
const TITLE =
  'A terminal: tokenry creates an API token, lists three of which one ends soon, rotates one with a grace, and verifies the new one'

/** Not drawn: the first start prints the data folder of this machine. */
const BEFORE = [
  'tokenry deployment token create -n nightly -r DEPLOYMENT_ADMIN -e 5 -c',
  'tokenry deployment token create -n deploy -r DEPLOYMENT_ADMIN -e 12w -c',
]
const SESSION = [
  'tokenry deployment token create --name ci --role DEPLOYMENT_ADMIN --expiration 30',
  'tokenry deployment token list',
  'tokenry deployment token rotate --name deploy --force --grace 24h --output new.txt',
  'tokenry token verify --token-file new.txt',
]
const PROMPT = '\u001b[0;36m❯\u001b[0m '
/** A token. Only its first part, the same for all tokens, is drawn. */
const TOKEN = /(eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6InRva2Vucnkt)[A-Za-z0-9_.-]+/g

const home = mkdtempSync(join(realpathSync(tmpdir()), 'tokenry-picture-'))
const socket = `tokenry-picture-${process.pid}`
try {
  writeFileSync(FILE, renderTerminal({title: TITLE, columns: COLUMNS, lines: await playSession()}))
} finally {
  tmux('kill-server')
  // The shell may still be writing.
  rmSync(home, {recursive: true, force: true, maxRetries: 10, retryDelay: 50})
}

/** Return every line of the session with its colours, as the terminal shows them. */
async function playSession(): Promise<string[]> {
  const env = [`HOME=${home}`, `PATH=${home}:${process.env['PATH']}`, 'TERM=screen', 'PS1=', 'LANG=C.UTF-8']
  // The first line of the installed program finds Node in PATH. Here, use the Node that runs this
  // script.
  writeFileSync(join(home, 'tokenry'), `#!/bin/sh\nexec "${process.execPath}" "${ROOT}bin/run.js" "$@"\n`, {
    mode: 0o700,
  })
  const shell = ['env', '-i', ...env, 'bash', '--norc', '--noprofile']
  tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'main', '-x', String(COLUMNS), '-y', '60', '-c', home, ...shell)
  for (const command of BEFORE) await play(command)
  const lines: string[] = []
  for (const command of SESSION) {
    if (lines.length > 0) lines.push('')
    lines.push(PROMPT + command, ...shorten(await play(command)))
  }
  return lines
}

/** Run one command on a cleared screen. Return what it printed, without the command line. */
async function play(command: string): Promise<string[]> {
  tmux('send-keys', '-t', 'main', '-l', `clear; ${command}; echo "exit-$?"`)
  tmux('send-keys', '-t', 'main', 'Enter')
  for (let tries = 0; tries < 200; tries += 1) {
    await wait(50)
    // -J joins wrapped lines.
    const screen = tmux('capture-pane', '-t', 'main', '-p', '-e', '-J').split('\n')
    const end = screen.findIndex((line) => /^exit-\d+/.test(line))
    if (end !== -1) return screen.slice(0, end).map((line) => line.trimEnd())
  }
  throw new Error(`${command}: it did not end`)
}

function shorten(lines: string[]): string[] {
  return lines.map((line) => line.replace(TOKEN, '$1…'))
}

function tmux(...args: string[]): string {
  return execFileSync('tmux', ['-L', socket, ...args], {encoding: 'utf8', env: {...process.env, LANG: 'C.UTF-8'}})
}
