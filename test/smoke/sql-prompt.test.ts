import {readFileSync, statSync} from 'node:fs'
import {setTimeout as wait} from 'node:timers/promises'
import {expect} from 'chai'
import {openScriptedDeltaStream} from '../support/scripted-deltastream.ts'
import {HANG} from '../support/scripted-server.ts'
import {bash} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {TmuxTerminal} from '../support/tmux-terminal.ts'

const PROMPT = '<no-db>/<no-store>#'

describe('the prompt of deltastream sql at a real terminal', function () {
  this.timeout(60_000)
  let home = ''
  let terminal: TmuxTerminal

  beforeEach(() => {
    home = tempFolder()
    terminal = new TmuxTerminal(home)
  })
  afterEach(() => terminal.close())

  it('runs statements, completes, drops a line, keeps its history, and fits into 40 columns', async () => {
    await terminal.open(40)
    await terminal.type('tokenry ds sql; echo "exit $?"')
    await terminal.seeLast(PROMPT)

    // A statement of two lines, of which the first is wider than the terminal.
    await terminal.type("CREATE API_TOKEN ci WITH ('token.role_name' =")
    await terminal.see('->')
    await terminal.type('  sysadmin);')
    await terminal.see('The token is not shown again')
    await terminal.seeLast(PROMPT)
    await terminal.press('CREATE API_TOKEN half', 'Enter')
    await terminal.see('->')
    await terminal.press(' WITH (', 'C-c')
    await terminal.see('^C')
    await terminal.seeLast(PROMPT)

    // Tab completes the keyword and the name.
    await terminal.press('LIS', 'Tab')
    await terminal.see('# LIST')
    await terminal.press('API_TOKENS;', 'Enter')
    await terminal.see('| ci')
    await terminal.seeLast(PROMPT)
    await terminal.press('drop api_token c', 'Tab')
    await terminal.see('drop api_token ci')
    await terminal.press(';', 'Enter')
    await terminal.see('dropped')
    await terminal.seeLast(PROMPT)
    await terminal.type('\\q')
    await terminal.see('exit 0')

    const file = `${home}/tokenry/data/deltastream-history`
    expect(readFileSync(file, 'utf8').split('\n')).to.deep.equal([
      "CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin);",
      'LIST API_TOKENS;',
      'drop api_token ci ;',
      '',
    ])
    expect(statSync(file).mode & 0o777).to.equal(0o600)

    // The next session brings them back, and Ctrl-D ends it.
    await terminal.close()
    terminal = new TmuxTerminal(home)
    await terminal.open(40)
    await terminal.type('tokenry ds sql; echo "exit $?"')
    await terminal.seeLast(PROMPT)
    await terminal.press('', 'Up')
    await terminal.see('drop api_token ci ;')
    await terminal.press('', 'Up')
    await terminal.see('LIST API_TOKENS;')
    await terminal.press('', 'Enter')
    await terminal.see('|  Name')
    await terminal.seeLast(PROMPT)
    await terminal.press('', 'C-d')
    await terminal.see('exit 0')
    const listed = await bash('tokenry ds token list --json', {home})
    expect(JSON.parse(listed.stdout).result).to.deep.equal([])
  })

  it('leaves the terminal as it was', async () => {
    await terminal.open(80)
    await terminal.type('stty -a > before; tokenry ds sql; stty -a > after; echo "exit $?"')
    await terminal.seeLast(PROMPT)
    await terminal.press('LIST ROLES;', 'Enter')
    await terminal.see('sysadmin')
    await terminal.seeLast(PROMPT)
    await terminal.press('', 'C-d')
    await terminal.see('exit 0')
    expect(readFileSync(`${home}/after`, 'utf8')).to.equal(readFileSync(`${home}/before`, 'utf8'))
  })

  it('ends the wait for a statement at Ctrl-C, and not the session', async () => {
    const server = await openScriptedDeltaStream({SELECT: HANG})
    try {
      await terminal.open(80, {...server.env, TOKENRY_HTTP_TIMEOUT: '60'})
      await terminal.type('tokenry ds sql; echo "exit $?"')
      await terminal.seeLast(PROMPT)
      await terminal.press('SELECT 1;', 'Enter')
      for (const deadline = Date.now() + 10_000; server.sent().length === 0 && Date.now() < deadline; ) await wait(10)
      await terminal.press('', 'C-c')
      await terminal.see('Stopped by SIGINT before the answer came')
      await terminal.seeLast(PROMPT)
      await terminal.press('LIST ROLES;', 'Enter')
      await terminal.see('sysadmin')
      await terminal.seeLast(PROMPT)
      await terminal.type('\\q')
      await terminal.see('exit 0')
    } finally {
      await server.close()
    }
  })

  it('takes Ctrl-C soon after Tab if the names of the tokens cannot be read', async () => {
    const server = await openScriptedDeltaStream({'LIST API_TOKENS': HANG})
    try {
      await terminal.open(80, {...server.env, TOKENRY_HTTP_TIMEOUT: '600'})
      await terminal.type('tokenry ds sql; echo "exit $?"')
      await terminal.seeLast(PROMPT)
      await terminal.press('DROP API_TOKEN c', 'Tab')
      for (const deadline = Date.now() + 10_000; server.sent().length === 0 && Date.now() < deadline; ) await wait(10)
      await terminal.press('', 'C-c')
      await terminal.see('^C')
      await terminal.seeLast(PROMPT)
      await terminal.type('\\q')
      await terminal.see('exit 0')
    } finally {
      await server.close()
    }
  })

  it('goes on after Ctrl-Z and fg, with what was typed before', async () => {
    await terminal.open(80)
    await terminal.type('set -m; clear; tokenry ds sql')
    await terminal.seeLast(PROMPT)
    await terminal.press('LIST RO', 'C-z')
    await terminal.see('Stopped')
    await terminal.type('clear; fg; echo "exit $?"')
    await terminal.see('# LIST RO')
    await terminal.press('LES;', 'Enter')
    await terminal.see('| sysadmin')
    await terminal.seeLast(PROMPT)
    await terminal.press('', 'C-d')
    await terminal.see('exit 0')
  })

  it('moves no cursor and draws no colour with TERM=dumb, and has Ctrl-C and Ctrl-D there', async () => {
    await terminal.open(80, {TERM: 'dumb'})
    await terminal.record(`${home}/drawn`)
    await terminal.type('tokenry ds sql; echo "exit $?"')
    await terminal.seeLast(PROMPT)
    await terminal.press('DROP API_TOKEN x', 'C-c')
    await terminal.see('^C')
    await terminal.seeLast(PROMPT)
    await terminal.press('LIST ROLES;', 'Enter')
    await terminal.see('sysadmin')
    await terminal.seeLast(PROMPT)
    await terminal.press('', 'C-d')
    await terminal.see('exit 0')
    const drawn = readFileSync(`${home}/drawn`, 'utf8')
    expect(drawn).to.contain(PROMPT).and.contain('useradmin').and.not.contain('\u001b')
  })
})
