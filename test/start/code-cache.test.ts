import {execFile, execFileSync} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect} from 'chai'
import {loadWithCodeCache} from '../../src/start/code-cache.ts'
import {beOneself, makeForeign} from '../support/foreign-owner.ts'
import {tempFolder} from '../support/temp-folder.ts'

const require = createRequire(import.meta.url)
const CHILD = join(import.meta.dirname, 'code-cache-child.ts')

/** A program with two parts. Each part is compiled only when it is called. */
const PROGRAM = `exports.first = () => 'first ' + require('node:path').basename(__filename)
exports.second = () => 'second ' + __dirname.length`

interface Program {
  first(): string
  second(): string
}

describe('the code cache', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = tempFolder()
    file = join(tempFolder(), 'program.cjs')
    writeFileSync(file, PROGRAM)
  })

  afterEach(beOneself)

  it('loads a file as require does', () => {
    const {exports} = load()
    expect(exports.first()).to.equal('first program.cjs')
    expect(exports.second()).to.equal(`second ${join(file, '..').length}`)
  })

  it('keeps the functions that have run, of every part that has run', () => {
    const one = load()
    one.exports.first()
    one.keep('first')
    const sizeOfOne = sizeOfCache()
    const two = load()
    two.exports.second()
    two.keep('second')
    expect(sizeOfCache()).to.be.greaterThan(sizeOfOne)
    expect(partsOfCache()).to.equal('first second')
    expect(load().exports.first()).to.equal('first program.cjs')
  })

  it('writes nothing if the part was kept before', () => {
    runAndKeep()
    const {ino, mtimeMs} = statSync(cacheFile())
    runAndKeep()
    expect(statSync(cacheFile())).to.include({ino, mtimeMs})
  })

  it('writes a file that only its user can read', () => {
    runAndKeep()
    expect(statSync(cacheFile()).mode & 0o777).to.equal(0o600)
  })

  it('does not use code in which any byte was changed, and writes it again', () => {
    runAndKeep()
    const whole = readFileSync(cacheFile())
    const header = whole.indexOf('\n') + 1
    for (let at = header; at < whole.length; at += Math.ceil(whole.length / 200)) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 0x55
      writeFileSync(cacheFile(), damaged)
      const {exports, keep} = load()
      expect(exports.first(), `byte ${at}`).to.equal('first program.cjs')
      keep('first')
      expect(readFileSync(cacheFile()).equals(damaged), `byte ${at}`).to.equal(false)
    }
  })

  it('does not use a file that is truncated, empty or not in our format', () => {
    runAndKeep()
    const whole = readFileSync(cacheFile())
    for (const content of ['', '\n', 'first\n', 'first\nxx', whole.subarray(0, whole.length / 2), whole.subarray(1)]) {
      writeFileSync(cacheFile(), content)
      expect(load().exports.first()).to.equal('first program.cjs')
    }
  })

  it('uses only a file that no other user can have written, opened without following a link', () => {
    const spoil: Record<string, () => void> = {
      'a file that others may write to': () => chmodSync(cacheFile(), 0o620),
      'a file that others may read': () => chmodSync(cacheFile(), 0o604),
      'a file of another user': () => makeForeign(cacheFile()),
      'a file with a second name': () => linkSync(cacheFile(), join(tempFolder(), 'second')),
      'a link to a valid file': () => {
        const elsewhere = join(tempFolder(), 'elsewhere')
        renameSync(cacheFile(), elsewhere)
        symlinkSync(elsewhere, join(folder, name))
      },
      'a named pipe': () => {
        rmSync(cacheFile())
        execFileSync('mkfifo', ['-m', '600', join(folder, name)])
      },
      'a folder': () => {
        rmSync(cacheFile())
        mkdirSync(join(folder, name), {mode: 0o700})
      },
    }
    runAndKeep()
    const name = readdirSync(folder)[0] ?? ''
    for (const [what, spoilIt] of Object.entries(spoil)) {
      runAndKeep()
      expect(isUsed(), 'as it was kept').to.equal(true)
      spoilIt()
      expect(isUsed(), what).to.equal(false)
      beOneself()
      rmSync(join(folder, name), {recursive: true})
    }
  })

  it('replaces a link with a file, and does not change the target of the link', () => {
    runAndKeep()
    const path = cacheFile()
    const elsewhere = join(tempFolder(), 'elsewhere')
    writeFileSync(elsewhere, 'mine')
    rmSync(path)
    symlinkSync(elsewhere, path)
    runAndKeep()
    expect(lstatSync(path).isFile()).to.equal(true)
    expect(readFileSync(elsewhere, 'utf8')).to.equal('mine')
  })

  it('does not write through a link that has the name of its draft', () => {
    const elsewhere = join(tempFolder(), 'elsewhere')
    runAndKeep()
    const path = cacheFile()
    rmSync(path)
    symlinkSync(elsewhere, `${path}.${process.pid}`)
    runAndKeep()
    expect(existsSync(elsewhere)).to.equal(false)
  })

  it('does not use the code of a file that was changed, even if it has the same length and time', () => {
    runAndKeep()
    const {atime, mtime} = statSync(file)
    writeFileSync(file, PROGRAM.replace("'first '", "'other '"))
    utimesSync(file, atime, mtime)
    expect(load().exports.first()).to.equal('other program.cjs')
  })

  it('keeps the code of a few other versions, and removes the oldest', () => {
    for (let version = 0; version < 6; version++) {
      writeFileSync(file, `${PROGRAM}${'\n'.repeat(version)}`)
      runAndKeep()
      const newest = readdirSync(folder).find((name) => statSync(join(folder, name)).mtimeMs > 1e9 * 1000)
      utimesSync(join(folder, newest ?? ''), version, version)
    }
    expect(readdirSync(folder)).to.have.length(4)
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs / 1000)).to.have.members([2, 3, 4, 5])
  })

  it('does not fail if nothing can be written', () => {
    const {exports, keep} = load({folder: join(folder, 'missing')})
    expect(exports.first()).to.equal('first program.cjs')
    keep('first')
  })

  it('does not fail if something else has the name of its draft', () => {
    const {exports, keep} = load()
    exports.first()
    keep('first')
    mkdirSync(`${cacheFile()}.${process.pid}`)
    keep('second')
    expect(partsOfCache()).to.equal('first')
    expect(load().exports.second()).to.match(/^second/)
  })

  it('distinguishes builds that differ only in their identity', () => {
    runAndKeep()
    load({identity: 'b'}).keep('second')
    expect(readdirSync(folder)).to.have.length(2)
  })

  it('starts again if V8 refuses the code, and does not change the code of runs without flags', async () => {
    runAndKeep()
    const plain = readFileSync(cacheFile())
    await runChild(['--no-opt'], 'one', 'first')
    await runChild(['--expose-gc', '--no-opt'], 'two', 'first')
    const [own, withFlags] = readdirSync(folder).sort((a, b) => a.length - b.length)
    expect(readFileSync(join(folder, own ?? '')).equals(plain)).to.equal(true)
    expect(readFileSync(join(folder, withFlags ?? ''), 'latin1').split('\n')[0]).to.equal('two')
  })

  it('does not replace the code with less code if V8 has discarded functions', async () => {
    const flushing = ['--expose-gc', '--stress-flush-code']
    await runChild(flushing, 'all', 'first', 'second')
    const size = sizeOfCache()
    await runChild(flushing, 'less')
    expect([sizeOfCache(), partsOfCache()]).to.deep.equal([size, 'all'])
  })

  it('removes old drafts, and counts no draft as another version', () => {
    runAndKeep()
    const [old, young] = [`${cacheFile()}.1`, `${cacheFile()}.2`]
    for (const draft of [old, young]) writeFileSync(draft, '')
    utimesSync(old, 1, 1)
    writeFileSync(file, `${PROGRAM}\n`)
    runAndKeep()
    expect([existsSync(old), existsSync(young)]).to.deep.equal([false, true])
    expect(readdirSync(folder)).to.have.length(3)
  })

  /** Return whether the kept code is used: if so, a part that it has is not kept again. */
  function isUsed(): boolean {
    const before = lstatSync(cacheFile()).ino
    const {exports, keep} = load()
    exports.first()
    // If a folder has this name, nothing can be kept.
    if (lstatSync(cacheFile()).isDirectory()) return false
    keep('first')
    return lstatSync(cacheFile()).ino === before
  }

  function load(options: {folder?: string; identity?: string} = {}) {
    return loadWithCodeCache<Program>(file, {folder, identity: 'a', require, ...options})
  }

  async function runChild(flags: string[], part: string, ...calls: string[]): Promise<void> {
    await promisify(execFile)(process.execPath, [...flags, CHILD, file, folder, part, ...calls])
  }

  function runAndKeep(): void {
    const {exports, keep} = load()
    exports.first()
    keep('first')
  }

  function cacheFile(): string {
    return join(folder, readdirSync(folder)[0] ?? '')
  }

  function sizeOfCache(): number {
    return statSync(cacheFile()).size
  }

  function partsOfCache(): string | undefined {
    return readFileSync(cacheFile(), 'latin1').split('\n')[0]
  }
})
