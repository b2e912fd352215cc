import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import {
  type ContextSettings,
  findContext,
  type Settings,
  type SettingsVendor,
} from '../../src/config/context-settings.ts'
import {readSettings as readSettingsOf, settingsFile, updateSettings} from '../../src/config/settings.ts'
import {AppError} from '../../src/errors/app-error.ts'
import {beOneself, isRoot, makeForeign} from '../support/foreign-owner.ts'
import {loadedPackages} from '../support/loaded-packages.ts'

const VENDORS: SettingsVendor[] = [
  {name: 'astro', places: [{key: 'organization'}, {key: 'workspace'}, {key: 'deployment'}]},
  {name: 'tiny', places: [{key: 'drawer'}, {key: 'workspace'}]},
]

const FULL: Settings = {
  contexts: [
    {
      vendor: 'astro',
      name: 'prod',
      apiUrl: 'https://api.example/v1',
      places: {organization: 'o', workspace: 'w', deployment: 'd'},
      credential: {store: 'keychain', origin: 'https://api.example'},
    },
    {vendor: 'astro', name: 'ci', places: {}, credential: {variable: 'CI_TOKEN'}},
    {vendor: 'tiny', name: 'prod', places: {drawer: 'top'}, credential: {command: 'op read x'}},
    {vendor: 'embedded', name: 'local', places: {}},
    {vendor: 'embedded', name: 'both', places: {deployment: 'd', drawer: 'top'}},
  ],
  current: {astro: 'prod', tiny: 'local'},
}

/** The same settings in the form of the file. */
const FULL_FILE = {
  version: 2,
  contexts: {
    astro: {
      prod: {
        apiUrl: 'https://api.example/v1',
        organization: 'o',
        workspace: 'w',
        deployment: 'd',
        credential: {store: 'keychain', origin: 'https://api.example'},
      },
      ci: {credential: {variable: 'CI_TOKEN'}},
    },
    tiny: {prod: {drawer: 'top', credential: {command: 'op read x'}}},
    embedded: {local: {}, both: {deployment: 'd', drawer: 'top'}},
  },
  current: {astro: 'prod', tiny: 'local'},
}

/** Settings that version 0.1.0 could write, as it wrote them. */
const OLD_FILE = {
  contexts: {
    prod: {vendor: 'astro', apiUrl: 'https://api.example/v1', organization: 'o'},
    shelf: {vendor: 'tiny', drawer: 'top'},
    local: {vendor: 'embedded', deployment: 'd', drawer: 'top'},
  },
  current: {astro: 'prod', tiny: 'local'},
}

const OLD: Settings = {
  contexts: [
    {vendor: 'astro', name: 'prod', apiUrl: 'https://api.example/v1', places: {organization: 'o'}},
    {vendor: 'tiny', name: 'shelf', places: {drawer: 'top'}},
    {vendor: 'embedded', name: 'local', places: {deployment: 'd', drawer: 'top'}},
  ],
  current: {astro: 'prod', tiny: 'local'},
}

const NONE: Settings = {contexts: [], current: {}}

const readSettings = (folder: string) => readSettingsOf(folder, VENDORS)
const writeSettings = (folder: string, settings: Settings) => updateSettings(folder, () => settings, VENDORS)

describe('settings', () => {
  let folder = ''
  let file = ''

  beforeEach(async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'tokenry-settings-'))
    folder = path.join(root, 'config')
    file = settingsFile(folder)
  })

  afterEach(async () => {
    beOneself()
    await rm(path.dirname(folder), {recursive: true, force: true})
  })

  async function put(content: string | Uint8Array): Promise<void> {
    await mkdir(folder, {recursive: true})
    await writeFile(file, content)
  }

  async function modeOf(target: string): Promise<string> {
    return ((await stat(target)).mode & 0o7777).toString(8)
  }

  async function failureOf(work: Promise<unknown>): Promise<AppError> {
    const outcome = await work.then(
      () => 'no error',
      (err: unknown) => err,
    )
    expect(outcome).to.be.instanceOf(AppError)
    return outcome as AppError
  }

  it('are in settings.json in the configuration folder', () => {
    expect(settingsFile('/x/config')).to.equal(path.join('/x/config', 'settings.json'))
  })

  it('are empty if there is no file, and reading creates neither file nor folder', async () => {
    expect(await readSettings(folder)).to.deep.equal(NONE)
    expect(await readdir(path.dirname(folder))).to.deep.equal([])
  })

  it('are read as they were written', async () => {
    await writeSettings(folder, FULL)
    expect(await readSettings(folder)).to.deep.equal(FULL)
    await writeSettings(folder, NONE)
    expect(await readSettings(folder)).to.deep.equal(NONE)
  })

  it('keep a context with any name', async () => {
    const names = [
      'prod.eu',
      'a.b.c',
      '__proto__',
      'constructor',
      'toJSON',
      '__internal__',
      'a[0]',
      'a\\.b',
      '',
      ' ',
      'ü\n',
    ]
    const contexts: ContextSettings[] = names.map((name) => ({vendor: 'embedded', name, places: {workspace: 'w'}}))
    await writeSettings(folder, {contexts, current: {astro: 'a.b.c'}})
    const read = await readSettings(folder)
    expect(read.contexts).to.have.deep.members(contexts)
    expect(read.current).to.deep.equal({astro: 'a.b.c'})
  })

  it('have no context, place or current context that was not added, even under the names of built-in properties', async () => {
    await writeSettings(folder, FULL)
    for (const settings of [await readSettings(folder), await readSettings(path.join(folder, 'none'))]) {
      for (const name of ['constructor', '__proto__']) {
        expect(findContext(settings, {vendor: 'astro', name}), name).to.equal(undefined)
        expect(settings.current[name], name).to.equal(undefined)
        for (const {places} of settings.contexts) expect(places[name], name).to.equal(undefined)
      }
    }
  })

  it('have one context of a name for each vendor', async () => {
    await writeSettings(folder, FULL)
    const settings = await readSettings(folder)
    const find = (vendor: string, name: string) => findContext(settings, {vendor, name})
    expect(find('astro', 'prod')).to.include({vendor: 'astro', apiUrl: 'https://api.example/v1'})
    expect(find('tiny', 'prod')).to.include({vendor: 'tiny'})
    expect(find('astro', 'local')).to.equal(find('tiny', 'local'))
    expect(find('tiny', 'ci')).to.equal(undefined)
  })

  it('keep any names and texts', async () => {
    const text = fc.string({unit: 'grapheme'})
    const filled = fc.string({unit: 'grapheme', minLength: 1})
    const credential = fc.oneof(
      fc.record({store: fc.constantFrom('keychain' as const, 'file' as const), origin: filled}),
      fc.record({variable: filled}),
      fc.record({command: filled}),
    )
    const context = fc.record(
      {
        vendor: fc.constantFrom('astro', 'tiny'),
        name: text,
        apiUrl: text,
        places: fc.record({workspace: text}, {requiredKeys: []}),
        credential,
      },
      {requiredKeys: ['vendor', 'name', 'places']},
    )
    const contexts = fc.uniqueArray(context, {selector: ({vendor, name}) => `${vendor} ${name}`})
    await fc.assert(
      fc.asyncProperty(contexts, async (contexts) => {
        await writeSettings(folder, {contexts, current: {}})
        const read = await readSettings(folder)
        expect(read.contexts).to.have.deep.members(contexts)
      }),
      {numRuns: 50},
    )
  })

  it('are read from a file that was edited by hand: with a byte order mark, without one of the two parts', async () => {
    await put('\uFEFF{"version": 2, "contexts": {"tiny": {"a": {}}}}\r\n')
    expect(await readSettings(folder)).to.deep.equal({
      contexts: [{vendor: 'tiny', name: 'a', places: {}}],
      current: {},
    })
  })

  it('have a version in the file, and contexts by vendor and name', async () => {
    await put(JSON.stringify(FULL_FILE))
    expect(await readSettings(folder)).to.deep.equal(FULL)
    await writeSettings(folder, FULL)
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal(FULL_FILE)
  })

  it('of version 0.1.0 are read, and rewritten in the new form at the next write', async () => {
    await put(JSON.stringify(OLD_FILE))
    expect(await readSettings(folder)).to.deep.equal(OLD)
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal(OLD_FILE)
    await updateSettings(folder, (settings) => ({...settings, current: {astro: 'prod'}}), VENDORS)
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal({
      version: 2,
      contexts: {
        astro: {prod: {apiUrl: 'https://api.example/v1', organization: 'o'}},
        tiny: {shelf: {drawer: 'top'}},
        embedded: {local: {deployment: 'd', drawer: 'top'}},
      },
      current: {astro: 'prod'},
    })
  })

  it('of a newer version are refused with CONFIG, and not changed', async () => {
    const content = '{"version": 3, "profiles": []}'
    await put(content)
    for (const work of [() => readSettings(folder), () => writeSettings(folder, FULL)]) {
      expect(await failureOf(work())).to.include({
        code: 'CONFIG',
        message: `The settings file ${file} was written by a newer version of tokenry`,
      })
    }
    expect(await readFile(file, 'utf8')).to.equal(content)
  })

  it('are written to a 0600 file in a 0700 folder, tightened each time, with no other file left', async () => {
    await writeSettings(folder, FULL)
    expect([await modeOf(folder), await modeOf(file)]).to.deep.equal(['700', '600'])
    await chmod(file, 0o644)
    await chmod(folder, 0o755)
    await writeSettings(folder, FULL)
    expect([await modeOf(folder), await modeOf(file)]).to.deep.equal(['700', '600'])
    expect(await readdir(folder)).to.deep.equal(['settings.json'])
  })

  it('are replaced as a whole: another inode each time', async () => {
    await writeSettings(folder, FULL)
    const before = await stat(file)
    await writeSettings(folder, FULL)
    expect((await stat(file)).ino).to.not.equal(before.ino)
  })

  it('follow a link to a file elsewhere', async () => {
    const target = path.join(path.dirname(folder), 'elsewhere.json')
    await writeFile(target, '{}')
    await mkdir(folder)
    await symlink(target, file)
    await writeSettings(folder, FULL)
    expect(JSON.parse(await readFile(target, 'utf8'))).to.deep.equal(FULL_FILE)
  })

  it('are not changed by reading: the same bytes, mode and time', async () => {
    await put('{ "current":{} ,"contexts":{}}')
    await chmod(file, 0o640)
    const before = await stat(file, {bigint: true})
    await readSettings(folder)
    const after = await stat(file, {bigint: true})
    expect(await readFile(file, 'utf8')).to.equal('{ "current":{} ,"contexts":{}}')
    expect([after.mode, after.mtimeNs, after.ctimeNs, after.ino]).to.deep.equal([
      before.mode,
      before.mtimeNs,
      before.ctimeNs,
      before.ino,
    ])
  })

  const damaged: [what: string, content: string, problem: string][] = [
    ['an empty file', '', 'it is empty'],
    ['blanks', ' \n', 'it is empty'],
    ['half a file', '{"contexts": {"a": {"vendor": "as', 'it is not JSON'],
    ['bytes that are not text', '\0\x01\xff', 'it is not JSON'],
    ['an array', '[]', 'it is not an object'],
    ['null', 'null', 'it is not an object'],
    ['a text', '"settings"', 'it is not an object'],
    ['an unknown part', '{"context": {}}', 'it has the unknown field "context"'],
    ['contexts as an array', '{"contexts": []}', 'contexts is not an object'],
    ['contexts as null', '{"contexts": null}', 'contexts is not an object'],
    ['a context as a text', '{"contexts": {"a.b": "astro"}}', 'contexts["a.b"] is not an object'],
    [
      'a context without a vendor',
      '{"contexts": {"a": {}}}',
      'contexts["a"].vendor is not one of embedded, astro, tiny',
    ],
    ['an unknown vendor', '{"contexts": {"a": {"vendor": "Astro"}}}', 'contexts["a"].vendor is not one of'],
    [
      'a vendor that is not a string',
      '{"contexts": {"a": {"vendor": ["astro"]}}}',
      'contexts["a"].vendor is not one of embedded, astro, tiny',
    ],
    [
      'a place of another vendor',
      '{"contexts": {"a": {"vendor": "tiny", "deployment": "d"}}}',
      'contexts["a"] has the unknown field "deployment"',
    ],
    [
      'a place that no vendor has',
      '{"contexts": {"a": {"vendor": "embedded", "shelf": "s"}}}',
      'contexts["a"] has the unknown field "shelf"',
    ],
    [
      'a place of the wrong type',
      '{"contexts": {"a": {"vendor": "tiny", "drawer": null}}}',
      'contexts["a"].drawer is not a text',
    ],
    [
      'a current context of an unknown vendor',
      '{"current": {"constructor": "a"}}',
      'current has the unknown field "constructor"',
    ],
    [
      'a mistyped field',
      '{"contexts": {"a": {"vendor": "astro", "apiURL": "x"}}}',
      'contexts["a"] has the unknown field "apiURL"',
    ],
    [
      'a field of the wrong type',
      '{"contexts": {"a": {"vendor": "astro", "apiUrl": 1}}}',
      'contexts["a"].apiUrl is not a text',
    ],
    ['a version that is not a number', '{"version": "2"}', 'its version is not 2'],
    [
      'a vendor of version 2 that is unknown',
      '{"version": 2, "contexts": {"__proto__": {}}}',
      'contexts.__proto__ is not',
    ],
    [
      'the field of version 0.1.0 in version 2',
      '{"version": 2, "contexts": {"astro": {"a": {"vendor": "astro"}}}}',
      'contexts.astro["a"] has the unknown field "vendor"',
    ],
    [
      'a credential in version 0.1.0',
      '{"contexts": {"a": {"vendor": "astro", "credential": {"variable": "X"}}}}',
      'contexts["a"] has the unknown field "credential"',
    ],
    [
      'a secret in the settings',
      '{"version": 2, "contexts": {"astro": {"a": {"credential": {"token": "x"}}}}}',
      'contexts.astro["a"].credential has none of the fields store, variable, command',
    ],
    [
      'a credential of two kinds',
      '{"version": 2, "contexts": {"astro": {"a": {"credential": {"variable": "X", "command": "y"}}}}}',
      'contexts.astro["a"].credential has the unknown field "command"',
    ],
    [
      'a stored credential without its origin',
      '{"version": 2, "contexts": {"astro": {"a": {"credential": {"store": "keychain"}}}}}',
      'contexts.astro["a"].credential is not complete',
    ],
    [
      'an unknown store',
      '{"version": 2, "contexts": {"astro": {"a": {"credential": {"store": "pass", "origin": "https://x"}}}}}',
      'contexts.astro["a"].credential is not complete',
    ],
    [
      'a URL of the embedded service',
      '{"version": 2, "contexts": {"embedded": {"a": {"apiUrl": "https://x"}}}}',
      'contexts.embedded["a"] has the unknown field "apiUrl"',
    ],
    [
      'a credential of the embedded service',
      '{"version": 2, "contexts": {"embedded": {"a": {"credential": {"variable": "X"}}}}}',
      'contexts.embedded["a"] has the unknown field "credential"',
    ],
    [
      'a URL of the embedded service in version 0.1.0',
      '{"contexts": {"a": {"vendor": "embedded", "apiUrl": "https://x"}}}',
      'contexts["a"] has the field apiUrl, and embedded has no URL',
    ],
    [
      'a context of a vendor with the name of one that serves all vendors',
      '{"version": 2, "contexts": {"astro": {"a": {}}, "embedded": {"a": {}}}}',
      'the context "a" of astro has the name of another context',
    ],
    [
      'a context with the name of the built-in one',
      '{"version": 2, "contexts": {"astro": {"embedded": {}}}}',
      'the context "embedded" of astro has the name of another context',
    ],
    ['a current context that is null', '{"current": {"astro": null}}', 'current.astro is not a text'],
    ['a current context of no commands', '{"current": {"embedded": "a"}}', 'current has the unknown field "embedded"'],
  ]
  for (const [what, content, problem] of damaged) {
    it(`refuse ${what} with CONFIG and the path of the file, and do not change it when reading and writing`, async () => {
      await put(content)
      for (const work of [() => readSettings(folder), () => writeSettings(folder, FULL)]) {
        const {code, message, details} = await failureOf(work())
        expect(code).to.equal('CONFIG')
        expect(message).to.contain(`The settings file ${file} is damaged: ${problem}`)
        expect(details.hint).to.equal('Fix the file, or move it away to start without contexts')
      }
      expect(await readFile(file, 'utf8')).to.equal(content)
      expect(await readdir(folder)).to.deep.equal(['settings.json'])
    })
  }

  it('never quote the content of a damaged file', async () => {
    await put('{"contexts": SECRET')
    expect((await failureOf(readSettings(folder))).message).to.not.contain('SECRET')
  })

  it('refuse a folder instead of the file with CONFIG', async () => {
    await mkdir(file, {recursive: true})
    for (const work of [() => readSettings(folder), () => writeSettings(folder, FULL)]) {
      expect(await failureOf(work())).to.include({
        code: 'CONFIG',
        message: `Cannot read the settings file ${file}: it is a folder`,
      })
    }
  })

  it('refuse a file instead of the folder with CONFIG', async () => {
    await writeFile(folder, '')
    expect(await failureOf(readSettings(folder))).to.include({
      code: 'CONFIG',
      message: `Cannot read the settings file ${file}: part of its path is not a folder`,
    })
    expect(await failureOf(writeSettings(folder, FULL))).to.have.property('code', 'CONFIG')
    expect(await readFile(folder, 'utf8')).to.equal('')
  })

  it('refuse an unreadable file or folder with CONFIG, and do not read it as empty', async () => {
    await put('{}')
    for (const target of [file, folder]) {
      await chmod(target, 0o000)
      const failure = await asOrdinaryUser(() => failureOf(readSettings(folder)))
      await chmod(target, 0o700)
      expect(failure, target).to.include({
        code: 'CONFIG',
        message: `Cannot read the settings file ${file}: permission denied`,
      })
    }
  })

  const flaws: [what: string, path: () => string][] = [
    ['file', () => file],
    ['folder', () => folder],
  ]
  for (const [what, pathOf] of flaws) {
    for (const mode of [0o720, 0o702, 0o777]) {
      it(`refuse a ${what} that others may write to (mode ${mode.toString(8)}) with CONFIG and the chmod`, async () => {
        await put('{}')
        await chmod(pathOf(), mode)
        for (const work of [() => readSettings(folder), () => writeSettings(folder, FULL)]) {
          const {code, message, details} = await failureOf(work())
          expect(code).to.equal('CONFIG')
          expect(message).to.contain(`may write to ${pathOf()}`)
          expect(details.hint).to.contain(`chmod go-w ${pathOf()};`)
        }
        expect(await modeOf(pathOf())).to.equal(mode.toString(8))
        expect(await readFile(file, 'utf8')).to.equal('{}')
      })
    }

    it(`refuse a ${what} of another user with CONFIG and the chown`, async () => {
      await put('{}')
      makeForeign(pathOf())
      for (const work of [() => readSettings(folder), () => writeSettings(folder, FULL)]) {
        const {code, message, details} = await failureOf(work())
        expect(code).to.equal('CONFIG')
        expect(message).to.contain(`${isRoot ? pathOf() : folder} belongs to another user`)
        expect(details.hint).to.contain('chown ')
      }
      expect(await readFile(file, 'utf8')).to.equal('{}')
    })
  }

  it('refuse a folder that others may write to even without a file, and create none', async () => {
    await mkdir(folder)
    await chmod(folder, 0o777)
    expect((await failureOf(readSettings(folder))).message).to.contain(`may write to ${folder}`)
    expect((await failureOf(writeSettings(folder, FULL))).message).to.contain(`may write to ${folder}`)
    expect(await readdir(folder)).to.deep.equal([])
  })

  it('are refused, not read as empty, behind a link that leads nowhere or to itself', async () => {
    for (const target of ['nowhere', '/nowhere/at/all', 'settings.json', 'config']) {
      for (const link of [file, folder]) {
        await rm(folder, {recursive: true, force: true})
        if (link === file) await mkdir(folder)
        await symlink(target, link)
        for (const work of [() => readSettings(folder), () => writeSettings(folder, FULL)]) {
          expect(await failureOf(work()), `${link} to ${target}`).to.include({
            code: 'CONFIG',
            message: `${link} is a symbolic link that leads nowhere (to ${target})`,
          })
        }
      }
    }
  })

  if (isRoot) {
    it('are not created by root in a folder of another user', async () => {
      const theirs = path.dirname(folder)
      makeForeign(theirs)
      const {code, message} = await failureOf(writeSettings(path.join(folder, 'deep'), FULL))
      expect(code).to.equal('CONFIG')
      expect(message).to.contain(`${theirs} belongs to another user`).and.to.contain('you are root')
      expect(await readdir(theirs)).to.deep.equal([])
    })
  }

  it('load conf only to write', async () => {
    const reading = `
      const {readSettings} = await load('config/settings.ts')
      await readSettings(${JSON.stringify(folder)}, [])
    `
    expect(await loadedPackages(reading)).to.deep.equal([])
    const writing = `
      const {updateSettings} = await load('config/settings.ts')
      await updateSettings(${JSON.stringify(folder)}, (settings) => ({...settings}), [])
    `
    expect(await loadedPackages(writing)).to.include('conf')
    expect(await loadedPackages(reading)).to.deep.equal([])
  })
})

/** Run the work as an ordinary user, because root may read everything. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (isRoot) process.seteuid?.(65534)
  try {
    return await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}
