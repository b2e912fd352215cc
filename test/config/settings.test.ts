import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import {
  type ContextSettings,
  readSettings as readSettingsOf,
  type Settings,
  type SettingsVendor,
  settingsFile,
  writeSettings as writeSettingsOf,
} from '../../src/config/settings.ts'
import {AppError} from '../../src/errors/app-error.ts'
import {beOneself, isRoot, makeForeign} from '../support/foreign-owner.ts'
import {loadedPackages} from '../support/loaded-packages.ts'

const VENDORS: SettingsVendor[] = [
  {name: 'astro', places: ['organization', 'workspace', 'deployment']},
  {name: 'tiny', places: ['drawer', 'workspace']},
]

const FULL: Settings = {
  contexts: {
    prod: {
      vendor: 'astro',
      apiUrl: 'https://api.example/v1',
      places: {organization: 'o', workspace: 'w', deployment: 'd'},
    },
    shelf: {vendor: 'tiny', places: {drawer: 'top'}},
    local: {vendor: 'embedded', places: {}},
    both: {vendor: 'embedded', places: {deployment: 'd', drawer: 'top'}},
  },
  current: {astro: 'prod', tiny: 'local'},
}

/** The same settings in the form of the file. */
const FULL_FILE = {
  contexts: {
    prod: {vendor: 'astro', apiUrl: 'https://api.example/v1', organization: 'o', workspace: 'w', deployment: 'd'},
    shelf: {vendor: 'tiny', drawer: 'top'},
    local: {vendor: 'embedded'},
    both: {vendor: 'embedded', deployment: 'd', drawer: 'top'},
  },
  current: {astro: 'prod', tiny: 'local'},
}

const readSettings = (folder: string) => readSettingsOf(folder, VENDORS)
const writeSettings = (folder: string, settings: Settings) => writeSettingsOf(folder, settings, VENDORS)

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
    expect(await readSettings(folder)).to.deep.equal({contexts: {}, current: {}})
    expect(await readdir(path.dirname(folder))).to.deep.equal([])
  })

  it('are read as they were written', async () => {
    await writeSettings(folder, FULL)
    expect(await readSettings(folder)).to.deep.equal(FULL)
    await writeSettings(folder, {contexts: {}, current: {}})
    expect(await readSettings(folder)).to.deep.equal({contexts: {}, current: {}})
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
    const context: ContextSettings = {vendor: 'embedded', places: {workspace: 'w'}}
    await writeSettings(folder, {
      contexts: Object.fromEntries(names.map((name) => [name, context])),
      current: {astro: 'a.b.c'},
    })
    const read = await readSettings(folder)
    expect(Object.keys(read.contexts)).to.have.members(names)
    for (const name of names) expect(read.contexts[name], name).to.deep.equal(context)
    expect(read.current).to.deep.equal({astro: 'a.b.c'})
  })

  it('have no context that was not added, even under the names of built-in properties', async () => {
    await writeSettings(folder, FULL)
    for (const settings of [await readSettings(folder), await readSettings(path.join(folder, 'none'))]) {
      for (const name of ['constructor', '__proto__']) expect(settings.contexts[name], name).to.equal(undefined)
    }
  })

  it('keep any names and texts', async () => {
    const text = fc.string({unit: 'grapheme'})
    const context = fc.record(
      {
        vendor: fc.constantFrom('embedded', 'astro', 'tiny'),
        apiUrl: text,
        places: fc.record({workspace: text}, {requiredKeys: []}),
      },
      {requiredKeys: ['vendor', 'places']},
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, context)), async (entries) => {
        await writeSettings(folder, {contexts: Object.fromEntries(entries), current: {}})
        const read = await readSettings(folder)
        expect(read.contexts).to.deep.equal(Object.fromEntries(entries))
      }),
      {numRuns: 50},
    )
  })

  it('are read from a file that was edited by hand: with a byte order mark, without one of the two parts', async () => {
    await put('\uFEFF{"contexts": {"a": {"vendor": "tiny"}}}\r\n')
    expect(await readSettings(folder)).to.deep.equal({contexts: {a: {vendor: 'tiny', places: {}}}, current: {}})
  })

  it('have the form of version 0.1.0 in the file: the places are next to the vendor', async () => {
    await put(JSON.stringify(FULL_FILE))
    expect(await readSettings(folder)).to.deep.equal(FULL)
    await writeSettings(folder, FULL)
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal(FULL_FILE)
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
      const {writeSettings} = await load('config/settings.ts')
      await writeSettings(${JSON.stringify(folder)}, {contexts: {}, current: {}}, [])
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
