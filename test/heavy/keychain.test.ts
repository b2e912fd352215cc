import {execFile, spawnSync} from 'node:child_process'
import {existsSync, mkdtempSync, readdirSync, readFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect} from 'chai'
import {tempFolder} from '../support/temp-folder.ts'

const CHILD = join(import.meta.dirname, 'store-child.ts')
const UNLOCK = 'printf password | gnome-keyring-daemon --unlock --components=secrets > /dev/null'

const UNREACHABLE = failure('The credential of context prod is in the keychain, which cannot be reached')
const SILENT = failure('The credential of context prod is in the keychain, which did not answer in 5 seconds')
const GONE = failure('The keychain does not have the credential of context prod any more')

describe('a real keychain', () => {
  let home = ''
  let folder = ''

  beforeEach(() => {
    home = tempFolder()
    folder = join(home, 'config')
  })

  describe('of GNOME', () => {
    before(function () {
      const missing = ['dbus-run-session', 'gnome-keyring-daemon'].filter((name) => spawnSync(name, ['--help']).error)
      if (missing.length === 0) return
      console.log(`      skipped without ${missing.join(' and ')} (Debian: apt-get install dbus gnome-keyring)`)
      this.skip()
    })

    it('holds the credential: replaced, read by other processes, and removed', async () => {
      const answers = await inSession(`
        ${UNLOCK}
        store read keychain save sesame-1 read keychain save sesame-2
        store read keychain remove keychain read keychain remove keychain`)
      expect(answers).to.deep.equal([GONE, 'keychain', 'sesame-1', 'keychain', 'sesame-2', true, GONE, false])
      expect(existsSync(folder)).to.equal(false)
    })

    it('is an error while it is locked, not a person who is signed out, and still has it afterwards', async () => {
      expect(await inSession(`${UNLOCK}; store save sesame`)).to.deep.equal(['keychain'])
      expect(await inSession('store read keychain remove keychain')).to.deep.equal([UNREACHABLE, UNREACHABLE])
      expect(await inSession(`${UNLOCK}; store read keychain`)).to.deep.equal(['sesame'])
      const keyrings = join(home, '.local/share/keyrings')
      for (const name of readdirSync(keyrings)) {
        expect(readFileSync(join(keyrings, name), 'latin1'), name).to.not.contain('sesame')
      }
    })

    it('gets nothing while it is locked: the credential is in a file', async () => {
      expect(await inSession('store save sesame read file')).to.deep.equal(['file', 'sesame'])
    })

    it('gets nothing in CI', async () => {
      const answers = await inSession(`${UNLOCK}; CI=true store save sesame; store read file read keychain`)
      expect(answers).to.deep.equal(['file', 'sesame', GONE])
    })
  })

  it('that never answers is given up after 5 seconds: saved in a file, read as an error', async () => {
    const server = createServer(() => {})
    const socket = join(home, 'bus')
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    try {
      const start = Date.now()
      const args = [CHILD, 'save', 'sesame', 'read', 'keychain', 'remove', 'keychain', 'read', 'file']
      const answers = await run(process.execPath, args, {DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}`})
      expect(answers).to.deep.equal(['file', SILENT, SILENT, 'sesame'])
      expect(Date.now() - start).to.be.within(15_000, 25_000)
    } finally {
      server.close()
    }
  })

  /** Run a script in a new D-Bus session. The keyring starts when it is asked, and ends with it. */
  function inSession(script: string): Promise<unknown[]> {
    const store = `store() { "${process.execPath}" "${CHILD}" "$@"; }`
    return run('dbus-run-session', ['--', 'bash', '-c', `set -e; ${store}; ${script}`])
  }

  /** Run a program, and return the lines that store-child.ts has printed. */
  async function run(program: string, args: string[], variables: Record<string, string> = {}): Promise<unknown[]> {
    const XDG_RUNTIME_DIR = mkdtempSync(join(home, 'run-'))
    const env = {PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR, FOLDER: folder, ...variables}
    const {stdout} = await promisify(execFile)(program, args, {env})
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  }
})

function failure(message: string): {code: string; message: string} {
  return {code: 'CONFIG', message}
}
