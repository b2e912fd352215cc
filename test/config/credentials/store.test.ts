import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:net'
import {join} from 'node:path'
import {inspect} from 'node:util'
import {expect} from 'chai'
import {askKeychain} from '../../../src/config/credentials/keychain.ts'
import {
  type CredentialKey,
  readStoredCredential,
  removeCredential,
  saveCredential,
} from '../../../src/config/credentials/store.ts'
import type {AppError} from '../../../src/errors/app-error.ts'
import {privateDetails} from '../../../src/errors/private-details.ts'
import {copyWithFakeKeyring, type FakeKeyring} from '../../support/fake-keyring.ts'
import {tempFolder, tempFolderOfFile} from '../../support/temp-folder.ts'

const KEY: CredentialKey = {vendor: 'astro', context: 'prod', origin: 'https://api.astronomer.io'}
/** No D-Bus can be found with this environment. */
const ENV = {PATH: process.env['PATH'], DBUS_SESSION_BUS_ADDRESS: 'unix:path=/none'}
const LOGIN = 'tokenry login --context prod --vendor astro'

describe('a stored credential', () => {
  let folder = ''
  beforeEach(() => {
    folder = join(tempFolder(), 'config')
  })

  describe('with a keychain', () => {
    let fake: FakeKeyring
    before(async () => {
      fake = await copyWithFakeKeyring(tempFolderOfFile())
    })
    beforeEach(() => fake.install())
    const place = (env = ENV) => ({folder, env})

    it('is stored in it, returned from it and removed from it', async () => {
      for (const secret of ['sesame', 'é"\\\n🎉', 'x'.repeat(100_000)]) {
        expect(await fake.store.saveCredential(place(), KEY, secret)).to.equal('keychain')
        expect(await fake.store.readStoredCredential(place(), KEY, 'keychain')).to.equal(secret)
      }
      expect(Object.keys(fake.entries())).to.have.lengthOf(1)
      expect(await fake.store.removeCredential(place(), KEY, 'keychain')).to.equal(true)
      expect(await fake.store.removeCredential(place(), KEY, 'keychain')).to.equal(false)
      expect(fake.entries()).to.deep.equal({})
      expect(existsSync(folder)).to.equal(false)
    })

    it('is in the Secret Service on Linux, never in the keyring of the kernel', async () => {
      await fake.store.saveCredential(place(), KEY, 'sesame')
      const [[service, account, options] = []] = fake.calls()
      expect(service).to.equal('tokenry')
      expect(account).to.match(/^astro-prod-[0-9a-f]{32}$/)
      expect(options).to.deep.equal({linux: {store: 'secret-service'}})
    })

    it('is one for each vendor, name and config folder', async () => {
      const keys = [KEY, {...KEY, vendor: 'motherduck'}, {...KEY, context: 'Prod'}]
      for (const key of keys) await fake.store.saveCredential(place(), key, `sesame ${key.vendor} ${key.context}`)
      await fake.store.saveCredential({...place(), folder: `${folder}2`}, KEY, 'other')
      expect(Object.keys(fake.entries())).to.have.lengthOf(4)
      for (const key of keys) {
        const secret = await fake.store.readStoredCredential(place(), key, 'keychain')
        expect(secret).to.equal(`sesame ${key.vendor} ${key.context}`)
      }
    })

    it('is not stored if others may write to the folder of the credential files', async () => {
      mkdirSync(join(folder, 'credentials'), {recursive: true, mode: 0o700})
      chmodSync(join(folder, 'credentials'), 0o777)
      await expectRefusal(fake.store.saveCredential(place(), KEY, 'sesame'), {
        message: `may write to ${join(folder, 'credentials')}`,
        hint: 'chmod go-w',
      })
      expect(fake.calls()).to.deep.equal([])
    })

    it('is not returned for another origin, or from another context', async () => {
      await fake.store.saveCredential(place(), KEY, 'sesame')
      const moved = {...KEY, origin: 'https://evil.example'}
      await expectRefusal(fake.store.readStoredCredential(place(), moved, 'keychain'), {
        message: 'was stored for https://api.astronomer.io, so it is not sent to https://evil.example',
        hint: LOGIN,
      })
      const [[account = '', content = ''] = []] = Object.entries(fake.entries())
      fake.writeEntries({[account]: content.replace('prod', 'test')})
      await expectRefusal(fake.store.readStoredCredential(place(), KEY, 'keychain'), {
        message: 'The credential in the keychain is for another context than prod',
        hint: LOGIN,
      })
    })

    it('is an error if it is damaged or missing there', async () => {
      await fake.store.saveCredential(place(), KEY, 'sesame')
      const [account = ''] = Object.keys(fake.entries())
      fake.writeEntries({[account]: '"sesame"'})
      await expectRefusal(fake.store.readStoredCredential(place(), KEY, 'keychain'), {
        message: 'The credential in the keychain is damaged',
        hint: LOGIN,
      })
      fake.writeEntries({})
      await expectRefusal(fake.store.readStoredCredential(place(), KEY, 'keychain'), {
        message: 'The keychain does not have the credential of context prod any more',
        hint: LOGIN,
      })
    })

    it('is not looked for in the other store', async () => {
      await fake.store.saveCredential(place(), KEY, 'sesame')
      await expectRefusal(fake.store.readStoredCredential(place(), KEY, 'file'), {message: 'does not exist any more'})
      expect(await fake.store.removeCredential(place(), KEY, 'file')).to.equal(false)
      expect(Object.keys(fake.entries())).to.have.lengthOf(1)
    })

    it('is in a file in CI, where the keychain is not opened', async () => {
      const ci = place({...ENV, CI: 'true'} as typeof ENV)
      expect(await fake.store.saveCredential(ci, KEY, 'sesame')).to.equal('file')
      expect(await fake.store.readStoredCredential(ci, KEY, 'file')).to.equal('sesame')
      for (const act of [fake.store.readStoredCredential, fake.store.removeCredential]) {
        await expectRefusal(act(ci, KEY, 'keychain'), {
          message: 'The credential of context prod is in the keychain, which is not opened while CI is set',
          hint: '--credential-file',
        })
      }
      expect(fake.calls()).to.deep.equal([])
      expect(await fake.store.saveCredential(place({...ENV, CI: ''} as typeof ENV), KEY, 'sesame')).to.equal('keychain')
    })

    it('is not in the arguments or the environment of any process', async () => {
      fake.install('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)')
      const saving = fake.store.saveCredential(place(), KEY, 'sesame-open-now')
      while (fake.calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      const texts = readProcesses()
      expect(texts.some((text) => text.includes('keychain-child'))).to.equal(true)
      expect(texts.some((text) => text.includes('sesame-open-now'))).to.equal(false)
      expect(await saving).to.equal('keychain')
    })

    it('does not load other code into the process that holds it', async () => {
      const intruder = join(tempFolder(), 'intruder.cjs')
      writeFileSync(intruder, 'process.exit(9)')
      const env = {...ENV, NODE_OPTIONS: `--require ${intruder}`, NAPI_RS_NATIVE_LIBRARY_PATH: intruder}
      fake.install('for (const name in process.env) if (/^(NODE|NAPI)_/.test(name)) throw new Error(name)')
      expect(await fake.store.saveCredential(place(env), KEY, 'sesame')).to.equal('keychain')
    })

    const FAULTS: [title: string, code: string, message: string][] = [
      ['throws', `throw new Error('Platform failure')`, 'which cannot be reached'],
      ['crashes', 'process.abort()', 'which cannot be reached'],
      ['exits', 'process.exit(0)', 'which cannot be reached'],
      ['prints something else', 'console.log(1); process.exit(0)', 'which cannot be reached'],
      [
        'prints without end',
        'for (;;) require("node:fs").writeSync(1, "sesame".repeat(999))',
        'which cannot be reached',
      ],
    ]
    for (const [title, code, message] of FAULTS) {
      it(`is stored in a file if the library ${title}, and reading from the keychain is an error`, async () => {
        fake.install(code)
        expect(await fake.store.saveCredential(place(), KEY, 'sesame')).to.equal('file')
        expect(await fake.store.readStoredCredential(place(), KEY, 'file')).to.equal('sesame')
        for (const act of [fake.store.readStoredCredential, fake.store.removeCredential]) {
          await expectRefusal(act(place(), KEY, 'keychain'), {
            message: `The credential of context prod is in the keychain, ${message}`,
            hint: LOGIN,
          })
        }
      })
    }

    for (const [title, prepare] of [
      ['is not installed', () => fake.uninstall()],
      ['does not load', () => fake.install("} }; throw new Error('no native binding'); class X { y() {")],
    ] as const) {
      it(`is stored in a file if the package ${title}, and reading from the keychain names the package`, async () => {
        prepare()
        expect(await fake.store.saveCredential(place(), KEY, 'sesame')).to.equal('file')
        await expectRefusal(fake.store.readStoredCredential(place(), KEY, 'keychain'), {
          message: 'the package @napi-rs/keyring, which opens it, is not installed',
          hint: 'Install tokenry again',
        })
      })
    }
  })

  describe('without a D-Bus', () => {
    it('is stored in a file of mode 0600, and reading from the keychain is an error', async () => {
      const place = {folder, env: ENV}
      expect(await saveCredential(place, KEY, 'sesame')).to.equal('file')
      expect(await readStoredCredential(place, KEY, 'file')).to.equal('sesame')
      for (const act of [readStoredCredential, removeCredential]) {
        await expectRefusal(act(place, KEY, 'keychain'), {message: 'cannot be reached', hint: LOGIN})
      }
      expect(await removeCredential(place, KEY, 'file')).to.equal(true)
      expect(await removeCredential(place, KEY, 'file')).to.equal(false)
      await expectRefusal(readStoredCredential(place, KEY, 'file'), {message: 'does not exist any more', hint: LOGIN})
    })
  })

  describe('with a D-Bus that never answers', () => {
    let server: Server
    let env = ENV
    let connections = 0
    beforeEach(async () => {
      connections = 0
      server = createServer(() => connections++)
      const socket = join(tempFolder(), 'bus')
      await new Promise<void>((resolve) => server.listen(socket, resolve))
      env = {...ENV, DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}`}
    })
    afterEach(() => server.close())

    it('stops the call after its time, while this process goes on', async () => {
      let ticks = 0
      const timer = setInterval(() => ticks++, 10)
      const result = await askKeychain({operation: 'read', account: 'x'}, {env, timeoutMs: 1000})
      clearInterval(timer)
      expect(result).to.include({ok: false, reason: 'silent'})
      expect(connections).to.equal(1)
      expect(ticks).to.be.greaterThan(20)
    })

    it('leaves no process', async () => {
      await askKeychain({operation: 'save', account: 'x', text: 'sesame'}, {env, timeoutMs: 500})
      const isLeft = () => readProcesses().some((text) => text.includes(env.DBUS_SESSION_BUS_ADDRESS))
      while (isLeft()) await new Promise((resolve) => setTimeout(resolve, 20))
    })

    it('does not wait for it in CI', async () => {
      const place = {folder, env: {...env, CI: '1'}}
      expect(await saveCredential(place, KEY, 'sesame')).to.equal('file')
      await expectRefusal(readStoredCredential(place, KEY, 'keychain'), {message: 'while CI is set'})
      expect(connections).to.equal(0)
    })
  })
})

/** Return the arguments and the environment of every other process that may be read. */
function readProcesses(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  return pids.flatMap((pid) => ['cmdline', 'environ'].map((name) => readOrEmpty(`/proc/${pid}/${name}`)))
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // The process has ended.
    return ''
  }
}

/** Expect CONFIG with these parts, and no secret anywhere in the error. */
async function expectRefusal(act: Promise<unknown>, {message, hint = ''}: {message: string; hint?: string}) {
  const err = await act.then(
    () => null,
    (reason: AppError) => reason,
  )
  // The copy of the sources has an AppError of its own.
  expect(err).to.include({name: 'AppError', code: 'CONFIG'})
  expect(err?.message).to.contain(message)
  expect(err?.details.hint).to.be.a('string').that.contains(hint)
  expect(inspect(err, {depth: 9}) + privateDetails(err)).to.not.contain('sesame')
}
