import {fork} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {createRequire} from 'node:module'
import {basename, dirname, join} from 'node:path'
import {expect} from 'chai'
import {enableNodeCache, openCacheFolder} from '../../src/start/cache-folder.ts'
import {loadWithCodeCache} from '../../src/start/code-cache.ts'
import {beOneself, isRoot, makeForeign, OTHER_USER} from '../support/foreign-owner.ts'
import {tempFolder} from '../support/temp-folder.ts'

const require = createRequire(import.meta.url)

/** Programs of the same length. V8 checks only the length, so the code of one runs as the other. */
const PROGRAM = `exports.who = () => 'honest'`
const PLANTED = `exports.who = () => 'wicked'`

describe('the cache folder', () => {
  let home = ''
  let loads = 0
  beforeEach(() => {
    loads = 0
    home = tempFolder()
  })
  afterEach(beOneself)

  /**
   * Open the cache folder below `home`. A variable names it, because the default is below the home
   * folder of this process.
   */
  const open = (env: NodeJS.ProcessEnv = {}) => openCacheFolder({TOKENRY_HOME: home, ...env})

  it('is in the folder for caches, which a variable can name', () => {
    expect(open()).to.equal(join(home, 'cache/compiled'))
    expect(openCacheFolder({XDG_CACHE_HOME: join(home, 'xdg')})).to.equal(join(home, 'xdg/tokenry/compiled'))
  })

  it('is null if the folder for caches is invalid or the cache is disabled, and nothing is created', () => {
    for (const value of ['', 'relative', '~/x']) expect(open({TOKENRY_HOME: value})).to.equal(null)
    expect(open({NODE_DISABLE_COMPILE_CACHE: '1'})).to.equal(null)
    expect(readdirSync(home)).to.deep.equal([])
  })

  it('is null in a shared folder, with each variable', () => {
    chmodSync(home, 0o777)
    expect(open()).to.equal(null)
    expect(openCacheFolder({XDG_CACHE_HOME: home})).to.equal(null)
    expect(readdirSync(home)).to.deep.equal([])
  })

  it('is null in a folder of another user', () => {
    mkdirSync(join(home, 'cache'))
    makeForeign(join(home, 'cache'))
    expect(open()).to.equal(null)
    expect(readdirSync(join(home, 'cache'))).to.deep.equal([])
  })

  if (isRoot) {
    it('is null for root if HOME belongs to another user, even in a folder of root', () => {
      const before = process.env['HOME']
      const theirs = join(home, 'theirs')
      mkdirSync(theirs)
      process.env['HOME'] = theirs
      try {
        expect(open()).to.equal(join(home, 'cache/compiled'))
        chownSync(theirs, OTHER_USER, OTHER_USER)
        expect(open()).to.equal(null)
        expect(openCacheFolder({})).to.equal(null)
        expect(readdirSync(theirs)).to.deep.equal([])
      } finally {
        process.env['HOME'] = before
      }
    })
  }

  it('runs no code of others while they exchange it with their own folder', async () => {
    const file = join(home, 'program.cjs')
    writeFileSync(file, PROGRAM)
    const shared = join(home, 'shared')
    mkdirSync(shared)
    chmodSync(shared, 0o777)
    const [mine, theirs] = [join(shared, 'cache'), join(shared, 'theirs')]
    for (const folder of [mine, theirs]) mkdirSync(join(folder, 'compiled'), {recursive: true, mode: 0o700})
    runAndKeep(file, join(mine, 'compiled'))
    const name = plant(file, join(theirs, 'compiled'))
    if (isRoot) makeForeign(theirs, join(theirs, 'compiled'), join(theirs, 'compiled', name))

    const child = fork(join(import.meta.dirname, 'exchange-child.ts'), [mine, theirs])
    const ended = once(child, 'exit')
    await once(child, 'message')
    const answers = Array.from({length: 500}, () => start(file, {TOKENRY_HOME: shared}))
    child.kill('SIGKILL')
    await ended
    expect(new Set(answers)).to.deep.equal(new Set(['honest']))
  })

  it('runs no code that was planted in it while it was open to others', () => {
    const file = join(home, 'program.cjs')
    writeFileSync(file, PROGRAM)
    const folder = open() ?? ''
    const name = plant(file, folder)
    expect(start(file, {TOKENRY_HOME: home}), 'planted by the user').to.equal('wicked')
    plant(file, folder)
    chmodSync(join(folder, name), 0o666)
    expect(start(file, {TOKENRY_HOME: home}), 'a file that others may write to').to.equal('honest')
    plant(file, folder)
    makeForeign(join(folder, name))
    expect(start(file, {TOKENRY_HOME: home}), 'a file of others').to.equal('honest')
  })

  describe('for the compile cache of Node', () => {
    /** A name as Node chooses it for its folder. */
    const NODE_FOLDER = 'v24.0.0-x64-0000000a-0'

    it('removes a folder that others may write to, or that has a link or a file of another user', () => {
      const folder = open() ?? ''
      const own = join(folder, NODE_FOLDER)
      const spoil: Record<string, () => void> = {
        'a folder that is open': () => chmodSync(own, 0o777),
        'a file that is open': () => chmodSync(join(own, 'a'), 0o666),
        'a link to a file': () => symlinkSync('a', join(own, 'b')),
        'a folder of others': () => makeForeign(own),
        'a file of others': () => makeForeign(join(own, 'a')),
      }
      for (const [what, spoilIt] of Object.entries(spoil)) {
        mkdirSync(own, {mode: 0o700})
        writeFileSync(join(own, 'a'), '', {mode: 0o600})
        enableIn(folder)
        expect(existsSync(own), 'a folder of the user').to.equal(true)
        spoilIt()
        enableIn(folder)
        beOneself()
        expect(existsSync(own), what).to.equal(false)
      }
    })

    it('removes a link to a folder, and does not change that folder', () => {
      const folder = open() ?? ''
      const elsewhere = join(home, 'elsewhere')
      mkdirSync(elsewhere, {mode: 0o700})
      writeFileSync(join(elsewhere, 'a'), '')
      symlinkSync(elsewhere, join(folder, NODE_FOLDER))
      enableIn(folder)
      expect(readdirSync(folder)).to.deep.equal([])
      expect(readdirSync(elsewhere)).to.deep.equal(['a'])
    })

    it('is created under umask 077, and the umask of the process is restored', () => {
      const folder = open() ?? ''
      const before = process.umask(0o000)
      try {
        let umask = -1
        enableNodeCache(folder, () => {
          umask = process.umask()
        })
        expect([umask, process.umask()]).to.deep.equal([0o077, 0o000])
      } finally {
        process.umask(before)
      }
    })

    function enableIn(folder: string): void {
      enableNodeCache(folder, () => {})
    }
  })

  /**
   * Start the program with its cache folder. Return the answer of the code that ran.
   */
  function start(file: string, env: NodeJS.ProcessEnv): string {
    const folder = openCacheFolder(env)
    if (folder === null) return load(file, join(home, 'no cache')).exports.who()
    return load(file, folder).exports.who()
  }

  /**
   * Write the code of another program to the folder, under the file name for this program. Return
   * the file name.
   */
  function plant(file: string, folder: string): string {
    runAndKeep(file, folder)
    const wicked = tempFolder()
    writeFileSync(join(wicked, 'program.cjs'), PLANTED)
    const code = join(wicked, 'code')
    mkdirSync(code)
    runAndKeep(join(wicked, 'program.cjs'), code)
    const [[name = ''], [made = '']] = [readdirSync(folder), readdirSync(code)]
    writeFileSync(join(folder, name), readFileSync(join(code, made)))
    return name
  }

  function runAndKeep(file: string, folder: string): void {
    const {exports, keep} = load(file, folder)
    exports.who()
    keep('part')
  }

  /**
   * Load the program under another path each time: if this process has compiled code under a path,
   * V8 does not take code for that path from a cache again.
   */
  function load(file: string, folder: string) {
    loads++
    const path = join(dirname(file), '/').concat('./'.repeat(loads), basename(file))
    return loadWithCodeCache<{who(): string}>(path, {folder, identity: 'a', require})
  }
})
