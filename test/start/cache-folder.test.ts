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

/** V8 looks at nothing but the length: code that was made of one of them runs as the other. */
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
   * In the folders of Linux: HOME is where this process thinks it is, so the folder is named by a
   * variable.
   */
  const open = (env: NodeJS.ProcessEnv = {}) => openCacheFolder({TOKENRY_HOME: home, ...env})

  it('is in the folder for caches, however that is named', () => {
    expect(open()).to.equal(join(home, 'cache/compiled'))
    expect(openCacheFolder({XDG_CACHE_HOME: join(home, 'xdg')})).to.equal(join(home, 'xdg/tokenry/compiled'))
  })

  it('is none where the folders that it is in are none, and nothing is made', () => {
    for (const value of ['', 'relative', '~/x']) expect(open({TOKENRY_HOME: value})).to.equal(null)
    expect(open({NODE_DISABLE_COMPILE_CACHE: '1'})).to.equal(null)
    expect(readdirSync(home)).to.deep.equal([])
  })

  it('is none in a shared place, whichever variable names it', () => {
    chmodSync(home, 0o777)
    expect(open()).to.equal(null)
    expect(openCacheFolder({XDG_CACHE_HOME: home})).to.equal(null)
    expect(readdirSync(home)).to.deep.equal([])
  })

  it('is none in a folder of another user', () => {
    mkdirSync(join(home, 'cache'))
    makeForeign(join(home, 'cache'))
    expect(open()).to.equal(null)
    expect(readdirSync(join(home, 'cache'))).to.deep.equal([])
  })

  if (isRoot) {
    it('is none for root while HOME is another user’s, even in a folder of root', () => {
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

  it('runs no code of others while they exchange it with a folder of theirs', async () => {
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
    /** As Node names its own. */
    const NODE_FOLDER = 'v24.0.0-x64-0000000a-0'

    it('loses a folder that others may write to, and what another user or a link has put there', () => {
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
        expect(existsSync(own), 'one’s own').to.equal(true)
        spoilIt()
        enableIn(folder)
        beOneself()
        expect(existsSync(own), what).to.equal(false)
      }
    })

    it('loses a link to a folder, and that folder stays as it is', () => {
      const folder = open() ?? ''
      const elsewhere = join(home, 'elsewhere')
      mkdirSync(elsewhere, {mode: 0o700})
      writeFileSync(join(elsewhere, 'a'), '')
      symlinkSync(elsewhere, join(folder, NODE_FOLDER))
      enableIn(folder)
      expect(readdirSync(folder)).to.deep.equal([])
      expect(readdirSync(elsewhere)).to.deep.equal(['a'])
    })

    it('keeps the umask of the process, and gets none of what it allows', () => {
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
   * A start of the program: what it does with its cache folder, and what the code says that ran.
   */
  function start(file: string, env: NodeJS.ProcessEnv): string {
    const folder = openCacheFolder(env)
    if (folder === null) return load(file, join(home, 'no cache')).exports.who()
    return load(file, folder).exports.who()
  }

  /** Put code of another program into the folder under the name of this one's; that name. */
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
   * Under another path each time: what V8 has compiled in this process under one name, it does not
   * take from any cache again.
   */
  function load(file: string, folder: string) {
    loads++
    const path = join(dirname(file), '/').concat('./'.repeat(loads), basename(file))
    return loadWithCodeCache<{who(): string}>(path, {folder, identity: 'a', require})
  }
})
