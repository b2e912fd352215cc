import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {EMBEDDED} from '../../src/config/context-settings.ts'
import {listVariables} from '../../src/config/environment.ts'
import {VENDORS} from '../../src/vendors/index.ts'

const SRC = join(import.meta.dirname, '../../src')

/** Folders of code that works for every vendor in the list. */
const SHARED = [
  'config',
  ...['service', 'token', 'context'].flatMap((topic) => [`operations/${topic}`, `commands/${topic}`]),
  'cli/service',
  'cli/context',
]

/** Commands without a topic that work for every vendor. */
const SHARED_FILES = ['commands/login.ts', 'commands/logout.ts', 'commands/whoami.ts']

describe('the vendors', () => {
  it('are named in no file that works for all of them', () => {
    const words = VENDORS.flatMap(({name, title, tool}) => [
      name,
      title,
      ...listVariables([{tool}])
        .map((variable) => variable.name)
        .filter((variable) => variable.startsWith(name.toUpperCase())),
    ])
    const named = new RegExp([...words, 'motherduck', 'deltastream'].join('|'), 'i')
    const files = [...SHARED.flatMap(listSources), ...SHARED_FILES]
    expect(files.length).to.be.greaterThan(30)
    // The word for the last rotation has the letters of a vendor.
    const textOf = (file: string) => readFileSync(join(SRC, file), 'utf8').replaceAll('lastRotated', '')
    const naming = files.filter((file) => named.test(textOf(file)))
    expect(naming).to.deep.equal([])
  })

  it('have different names, and none has that of the embedded service', () => {
    const names = VENDORS.map(({name}) => name)
    expect(names.length).to.be.greaterThan(0)
    expect([...new Set([EMBEDDED, ...names])]).to.deep.equal([EMBEDDED, ...names])
  })

  it('have places with other names than the fields of a context', () => {
    for (const {name, places} of VENDORS) {
      const keys = places.map(({key}) => key)
      for (const field of ['vendor', 'apiUrl', 'credential', '__proto__']) expect(keys, name).to.not.include(field)
    }
  })

  it('share no variable with each other or with tokenry', () => {
    const names = listVariables(VENDORS).map(({name}) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.deep.equal([])
  })

  it('include one with custom roles and one with people, because `service role` and `service user` have no --vendor', () => {
    expect(VENDORS.filter(({loadCustomRoles}) => loadCustomRoles)).to.have.lengthOf(1)
    expect(VENDORS.filter(({loadPeople}) => loadPeople)).to.have.lengthOf(1)
  })
})

function listSources(folder: string): string[] {
  return readdirSync(join(SRC, folder), {recursive: true, encoding: 'utf8'})
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
}
