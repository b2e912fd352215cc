import {cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type * as store from '../../src/config/credentials/store.ts'
import {ROOT} from './spawn-tokenry.ts'

export interface FakeKeyring {
  /** The program of a copy of the sources, which finds only the fake package. */
  store: typeof store
  /** Install the package with this code, which runs before its constructor ends. */
  install(code?: string): void
  uninstall(): void
  /** The entries: the content by account. */
  entries(): Record<string, string>
  writeEntries(entries: Record<string, string>): void
  /** What each constructor got. */
  calls(): unknown[][]
}

/**
 * Copy the sources that store credentials into this folder, where no package is installed, and
 * import the copy. The fake of the package of the keychain keeps its entries in a file there.
 */
export async function copyWithFakeKeyring(folder: string): Promise<FakeKeyring> {
  for (const room of ['config', 'errors', 'files', 'lib']) {
    cpSync(join(ROOT, 'src', room), join(folder, 'src', room), {recursive: true})
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
  const home = join(folder, 'node_modules', '@napi-rs', 'keyring')
  const [entriesFile, callsFile] = [join(folder, 'entries.json'), join(folder, 'calls.json')]
  const readJson = (file: string, missing: unknown) =>
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : missing
  return {
    store: await import(join(folder, 'src/config/credentials/store.ts')),
    install(code = '') {
      rmSync(entriesFile, {force: true})
      rmSync(callsFile, {force: true})
      mkdirSync(home, {recursive: true})
      writeFileSync(join(home, 'package.json'), '{"main": "index.js"}')
      writeFileSync(join(home, 'index.js'), library({entriesFile, callsFile, code}))
    },
    uninstall: () => rmSync(home, {recursive: true, force: true}),
    entries: () => readJson(entriesFile, {}),
    writeEntries: (entries) => writeFileSync(entriesFile, JSON.stringify(entries)),
    calls: () => readJson(callsFile, []),
  }
}

function library({entriesFile, callsFile, code}: {entriesFile: string; callsFile: string; code: string}): string {
  return `
    const {existsSync, readFileSync, writeFileSync} = require('node:fs')
    const readJson = (file, missing) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : missing)
    const entries = () => readJson(${JSON.stringify(entriesFile)}, {})
    const write = (changed) => writeFileSync(${JSON.stringify(entriesFile)}, JSON.stringify(changed))
    exports.Entry = class Entry {
      constructor(...given) {
        const file = ${JSON.stringify(callsFile)}
        writeFileSync(file, JSON.stringify([...readJson(file, []), given]))
        this.account = given[1]
        ${code}
      }
      setSecret(secret) {
        write({...entries(), [this.account]: Buffer.from(secret).toString()})
      }
      getSecret() {
        const found = entries()[this.account]
        return found === undefined ? null : [...Buffer.from(found)]
      }
      deleteCredential() {
        const {[this.account]: found, ...others} = entries()
        write(others)
        return found !== undefined
      }
    }`
}
