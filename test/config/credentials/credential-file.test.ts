import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {inspect} from 'node:util'
import {Worker} from 'node:worker_threads'
import {expect} from 'chai'
import {
  credentialFile,
  readCredentialFile,
  removeCredentialFile,
  writeCredentialFile,
} from '../../../src/config/credentials/credential-file.ts'
import type {CredentialKey} from '../../../src/config/credentials/credential-key.ts'
import {AppError} from '../../../src/errors/app-error.ts'
import {privateDetails} from '../../../src/errors/private-details.ts'
import {beOneself, makeForeign} from '../../support/foreign-owner.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const KEY: CredentialKey = {vendor: 'astro', context: 'prod', origin: 'https://api.astronomer.io'}
const LOGIN = 'tokenry login --context prod --vendor astro'

describe('the credential file', () => {
  let config = ''
  beforeEach(() => {
    config = join(tempFolder(), 'config')
  })
  afterEach(beOneself)

  const write = (secret = 'sesame', key = KEY) => writeCredentialFile(config, key, secret)
  const read = (key = KEY) => readCredentialFile(config, key)
  const remove = (key = KEY) => removeCredentialFile(config, key)
  const file = (key = KEY) => credentialFile(config, key)
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

  it('returns what was stored, and is replaced by the next write', () => {
    for (const secret of ['sesame', 'é"\\\n🎉', 'x'.repeat(100_000)]) {
      write(secret)
      expect(read()).to.equal(secret)
    }
    expect(readdirSync(dirname(file()))).to.have.lengthOf(1)
  })

  it('has mode 0600 in a folder of mode 0700, with every umask, and again after each write', () => {
    for (const umask of [0o000, 0o777]) {
      const before = process.umask(umask)
      try {
        write()
      } finally {
        process.umask(before)
      }
      expect([modeOf(file()), modeOf(dirname(file()))]).to.deep.equal(['600', '700'])
      chmodSync(file(), 0o666)
      chmodSync(dirname(file()), 0o755)
    }
  })

  it('is a file below the config folder for each context, with any name', () => {
    const contexts = [
      'prod',
      'Prod',
      'PROD',
      '../x',
      '/etc/passwd',
      'con',
      'NUL',
      '__proto__',
      'a.b',
      'a/b',
      'a\\b',
      '',
    ]
    contexts.push('x'.repeat(200), 'x'.repeat(201), 'é', 'e\u0301', ' ', '\n', '\ud800', '\udfff', 'prod\0', '-rf', '.')
    const keys = contexts.flatMap((context) => ['astro', 'motherduck'].map((vendor) => ({...KEY, vendor, context})))
    for (const [index, key] of keys.entries()) write(`sesame ${index}`, key)
    const names = readdirSync(join(config, 'credentials'))
    expect(new Set(names.map((name) => name.toLowerCase())).size).to.equal(keys.length)
    for (const name of names) expect(name).to.match(/^(astro|motherduck)-[a-z0-9-]{1,74}\.json$/)
    for (const [index, key] of keys.entries()) expect(read(key)).to.equal(`sesame ${index}`)
    expect(readdirSync(dirname(config))).to.deep.equal(['config'])
  })

  it('is not read for another origin, and the error names both', () => {
    write()
    expectRefusal(() => read({...KEY, origin: 'https://evil.example'}), {
      message:
        'The credential of context prod was stored for https://api.astronomer.io, so it is not sent to https://evil.example',
      hint: LOGIN,
    })
    write('other', {...KEY, origin: 'https://evil.example'})
    expect(read({...KEY, origin: 'https://evil.example'})).to.equal('other')
    expect(readdirSync(dirname(file()))).to.have.lengthOf(1)
  })

  it('is not read under the name of another context or vendor', () => {
    for (const other of [{context: 'test'}, {vendor: 'motherduck'}]) {
      write()
      const key = {...KEY, ...other}
      writeFileSync(file(key), readFileSync(file()), {mode: 0o600})
      expectRefusal(() => read(key), {message: `The credential in ${file(key)} is for another context`})
    }
  })

  it('is an error with the login line if it is missing', () => {
    const missing = {message: `The credential file ${file()} does not exist any more`, hint: LOGIN}
    expectRefusal(() => read(), missing)
    write()
    remove()
    expectRefusal(() => read(), missing)
  })

  it('quotes the name of the context in the login line', () => {
    expectRefusal(() => read({...KEY, context: 'my prod'}), {hint: "tokenry login --context 'my prod' --vendor astro"})
  })

  const DAMAGES: [title: string, content: string | Buffer][] = [
    ['is empty', ''],
    ['is not JSON', 'sesame'],
    ['was cut off', '{"vendor":"astro","context":"prod","origin":"https://api.astronomer.io","secret":"sesa'],
    ['is a list', '[]'],
    ['is null', 'null'],
    ['has no secret', '{"vendor":"astro","context":"prod","origin":"https://api.astronomer.io"}'],
    ['has an empty secret', '{"vendor":"astro","context":"prod","origin":"https://api.astronomer.io","secret":""}'],
    ['has no origin', '{"vendor":"astro","context":"prod","secret":"sesame"}'],
    [
      'has a prototype',
      '{"__proto__":{"vendor":"astro","context":"prod","origin":"https://api.astronomer.io","secret":"x"}}',
    ],
    ['is binary', Buffer.from([0, 255, 254, 115])],
  ]
  for (const [title, content] of DAMAGES) {
    it(`is damaged if it ${title}: CONFIG that names it, and it stays`, () => {
      write()
      writeFileSync(file(), content)
      expectRefusal(() => read(), {message: `The credential in ${file()} is damaged`, hint: LOGIN})
      expect(readFileSync(file())).to.deep.equal(Buffer.from(content))
      remove()
      expect(readdirSync(dirname(file()))).to.deep.equal([])
    })
  }

  for (const mode of [0o644, 0o640, 0o604, 0o620, 0o601, 0o666]) {
    it(`is refused with mode ${mode.toString(8)}, and a write tightens it`, () => {
      write()
      chmodSync(file(), mode)
      expectRefusal(() => read(), {
        message: `Others have access to the credential file ${file()} (mode 0${mode.toString(8)})`,
        hint: `chmod 600 ${file()}`,
      })
      write('again')
      expect(read()).to.equal('again')
    })
  }

  it('is refused if another user owns it', () => {
    write()
    makeForeign(file())
    expectRefusal(() => read(), {message: 'belongs to another user', hint: 'chown'})
  })

  it('is not touched in a folder that another user owns', () => {
    write()
    makeForeign(config)
    for (const act of [write, read, remove]) expectRefusal(() => act(), {message: 'belongs to another user'})
    beOneself()
    expect(readFileSync(file(), 'utf8')).to.contain('sesame')
  })

  it('is not touched in a folder that others may write to', () => {
    write()
    for (const folder of [config, dirname(file())]) {
      chmodSync(folder, 0o777)
      for (const act of [write, read, remove]) {
        expectRefusal(() => act(), {message: `Other users may write to ${folder}`, hint: `chmod go-w ${folder}`})
      }
      chmodSync(folder, 0o700)
    }
  })

  it('is an error if a folder, a device or a link to itself has its name', () => {
    write()
    rmSync(file())
    mkdirSync(file(), {mode: 0o700})
    expectRefusal(() => read(), {message: file()})
    expectRefusal(() => write(), {message: `Cannot write the credential file ${file()}`})
    expectRefusal(() => remove(), {message: `Cannot remove the credential file ${file()}`})
    expect(readdirSync(dirname(file()))).to.have.lengthOf(1)
    rmSync(file(), {recursive: true})
    symlinkSync('/dev/zero', file())
    expectRefusal(() => read(), {message: `The credential file ${file()} is not a file`})
    write()
    expect(read()).to.equal('sesame')
    rmSync(file())
    symlinkSync(file(), file())
    expectRefusal(() => read(), {message: file(), hint: LOGIN})
  })

  it('is CONFIG if the folder cannot be created', () => {
    mkdirSync(config)
    writeFileSync(join(config, 'credentials'), '')
    expectRefusal(() => write(), {message: `Cannot write the credential file ${file()}`})
    expectRefusal(() => read(), {message: file()})
  })

  it('is removed with what killed processes have left, but not with what is being written', () => {
    write()
    const folder = dirname(file())
    for (const [name, ageMs] of [
      ['.draft-old', 120_000],
      ['.draft-new', 0],
    ] as const) {
      writeFileSync(join(folder, name), 'sesame', {mode: 0o600})
      utimesSync(join(folder, name), new Date(Date.now() - ageMs), new Date(Date.now() - ageMs))
    }
    remove()
    remove()
    expect(readdirSync(folder)).to.deep.equal(['.draft-new'])
  })

  it('has always one whole credential while several threads write and read it', async () => {
    write('0'.repeat(5000))
    const source = `
      import {readCredentialFile, writeCredentialFile} from '${import.meta.resolve('../../../src/config/credentials/credential-file.ts')}'
      import {workerData} from 'node:worker_threads'
      const {config, key, digit} = workerData
      for (let round = 0; round < 30; round++) {
        writeCredentialFile(config, key, digit.repeat(5000))
        if (!/^(.)\\1{4999}$/.test(readCredentialFile(config, key))) throw new Error('torn')
      }`
    const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`)
    const ends = ['1', '2', '3'].map(
      (digit) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(url, {workerData: {config, key: KEY, digit}})
          worker.on('error', reject).on('exit', resolve)
        }),
    )
    expect(await Promise.all(ends)).to.deep.equal([0, 0, 0])
    expect(readdirSync(dirname(file()))).to.have.lengthOf(1)
  })
})

/** Expect CONFIG with these parts, a hint, and no part of a secret anywhere in the error. */
function expectRefusal(act: () => unknown, {message = '', hint = ''}: {message?: string; hint?: string}): void {
  let refusal: unknown = null
  try {
    act()
  } catch (err) {
    refusal = err
  }
  if (!(refusal instanceof AppError)) throw refusal ?? new Error('It was not refused')
  expect(refusal).to.include({code: 'CONFIG'})
  expect(refusal.message).to.contain(message)
  expect(refusal.details.hint).to.be.a('string').that.contains(hint)
  expect(inspect(refusal, {depth: 9}) + privateDetails(refusal)).to.not.match(/sesa/)
}
