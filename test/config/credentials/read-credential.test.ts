import {chmodSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {PassThrough} from 'node:stream'
import {expect} from 'chai'
import type {CredentialChoice, ResolvedContext} from '../../../src/config/context.ts'
import {type CredentialReader, readCredential} from '../../../src/config/credentials/read-credential.ts'
import {expectFailure} from '../../support/rejection.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const ORIGIN = 'https://api.tiny.example'

describe('the credential of a context', () => {
  let folder = ''
  let calls: unknown[] = []
  beforeEach(() => {
    folder = tempFolder()
    calls = []
  })

  const reader = (parts: Partial<CredentialReader> & {input?: string} = {}): CredentialReader => {
    const stdin = new PassThrough()
    stdin.end(parts.input ?? '')
    return {
      env: {},
      stdin,
      stderr: {},
      folders: () => ({data: folder, config: folder, cache: folder}),
      credentials: {
        async readStoredCredential(...given) {
          calls.push(given)
          return 'stored'
        },
        async runCredentialCommand(...given) {
          calls.push(given)
          return 'printed'
        },
      },
      ...parts,
    }
  }

  const context = (credential: CredentialChoice | null): ResolvedContext => ({
    name: 'prod',
    vendor: 'tiny',
    chosenBy: {from: 'flag', name: '--context'},
    url: {base: new URL(`${ORIGIN}/v2`), source: {from: 'default'}},
    places: {},
    credential,
    isOnlyOne: false,
    warnings: [],
  })

  it('is CONFIG with the line that signs in, if there is none', async () => {
    const {message, details} = await expectFailure(readCredential(context(null), reader()), 'CONFIG')
    expect(message).to.equal('The context prod has no credential')
    expect(details.hint).to.contain('tokenry login').and.to.contain('prod')
  })

  it('is read from the store for vendor, name and origin of the context', async () => {
    const choice = {kind: 'store', place: {store: 'keychain', origin: ORIGIN}} as const
    const {secret, source, fix} = await readCredential(context(choice), reader({env: {A: '1'}}))
    expect([secret, source]).to.deep.equal(['stored', 'the context prod'])
    expect(fix).to.contain('tokenry login')
    expect(calls).to.deep.equal([
      [{folder, env: {A: '1'}}, {vendor: 'tiny', context: 'prod', origin: ORIGIN}, 'keychain'],
    ])
  })

  it('is not read from the store if it was stored for another origin', async () => {
    for (const origin of ['https://api.tiny.example:8443', 'http://api.tiny.example', 'https://old.example', '']) {
      const choice = {kind: 'store', place: {store: 'file', origin}} as const
      const {details} = await expectFailure(readCredential(context(choice), reader()), 'CONFIG')
      expect(details.hint).to.contain('Sign in again')
    }
    expect(calls).to.deep.equal([])
  })

  it('is what a command prints; its stderr is shown at a terminal only, and only if asked for', async () => {
    const choice = {kind: 'command', place: {command: 'op read x'}} as const
    expect((await readCredential(context(choice), reader())).secret).to.equal('printed')
    for (const showStderr of [undefined, false, true]) {
      calls = []
      for (const isTTY of [false, true]) {
        await readCredential(context(choice), reader({stderr: {isTTY}}), {showStderr})
      }
      expect(calls).to.deep.equal([
        ['op read x', {env: {}, showStderr: false}],
        ['op read x', {env: {}, showStderr: showStderr === true}],
      ])
    }
  })

  it('is the value of a variable, and CONFIG if that is missing or empty', async () => {
    const choice = {kind: 'variable', variable: 'OWN'} as const
    expect(await readCredential(context(choice), reader({env: {OWN: ' x\n'}}))).to.deep.equal({
      secret: 'x',
      source: 'OWN',
    })
    const none = await expectFailure(readCredential(context(choice), reader()), 'CONFIG')
    expect(none.message).to.equal('OWN, which holds the credential of the context prod, is not set')
    const empty = await expectFailure(readCredential(context(choice), reader({env: {OWN: ' '}})), 'CONFIG')
    expect(empty.message).to.contain('is set but empty')
  })

  it('is the content of the file, and CONFIG if others can read that', async () => {
    const file = join(folder, 'token.txt')
    writeFileSync(file, 'x\n', {mode: 0o600})
    const choice = {kind: 'file', file} as const
    expect(await readCredential(context(choice), reader())).to.include({secret: 'x', source: file})
    chmodSync(file, 0o640)
    const {details} = await expectFailure(readCredential(context(choice), reader()), 'CONFIG')
    expect(details.hint).to.contain('chmod 600')
    expect(await readCredential(context({kind: 'file', file: '-'}), reader({input: 'y\n'}))).to.include({
      secret: 'y',
      source: 'standard input',
    })
    await expectFailure(readCredential(context({kind: 'file', file: '-'}), reader()), 'USAGE')
  })
})
