import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {currentUser} from '../../src/files/ownership.ts'
import {openPrivateFolder} from '../../src/start/private-folder.ts'
import {isRoot, OTHER_USER} from '../support/foreign-owner.ts'
import {tempFolder} from '../support/temp-folder.ts'

const USER = currentUser() ?? -1

describe('a private folder', () => {
  let root = ''
  beforeEach(() => {
    root = tempFolder()
  })

  const open = (...names: string[]) => openPrivateFolder(join(root, ...names), USER)

  /** Create a folder with exactly this mode, with any umask. Return its path. */
  function folder(name: string, mode: number): string {
    const path = join(root, name)
    mkdirSync(path, {recursive: true})
    chmodSync(path, mode)
    return path
  }

  it('is created with its missing parents, for the user alone, with any umask', () => {
    for (const umask of [0o000, 0o022, 0o777]) {
      const before = process.umask(umask)
      try {
        expect(open(`${umask}`, 'tokenry', 'compiled')).to.equal(join(root, `${umask}`, 'tokenry', 'compiled'))
      } finally {
        process.umask(before)
      }
      for (const path of [`${umask}`, `${umask}/tokenry`, `${umask}/tokenry/compiled`]) {
        expect(statSync(join(root, path)).mode & 0o7777, path).to.equal(0o700)
      }
    }
  })

  it('can be an existing folder, below folders that others may read', () => {
    folder('a', 0o755)
    folder('a/b', 0o711)
    folder('a/b/c', 0o700)
    expect(open('a', 'b', 'c')).to.equal(join(root, 'a/b/c'))
  })

  for (const mode of [0o770, 0o707, 0o720, 0o777]) {
    it(`is null below a folder of mode ${mode.toString(8)}, at any depth, and nothing is created there`, () => {
      folder('open', mode)
      expect(open('open', 'compiled')).to.equal(null)
      expect(open('open', 'cache', 'tokenry', 'compiled')).to.equal(null)
      expect(readdirSync(join(root, 'open'))).to.deep.equal([])
    })
  }

  for (const mode of [0o755, 0o750, 0o701, 0o777, 0o1777]) {
    it(`is null if others have any right to it: mode ${mode.toString(8)}`, () => {
      folder('compiled', mode)
      expect(open('compiled')).to.equal(null)
    })
  }

  it('may be in a sticky folder if the user owns it', () => {
    folder('sticky', 0o1777)
    expect(open('sticky', 'tokenry', 'compiled')).to.equal(join(root, 'sticky/tokenry/compiled'))
    expect(open('sticky', 'tokenry', 'compiled')).to.equal(join(root, 'sticky/tokenry/compiled'))
  })

  it('is null in a sticky folder below a folder that others may write to', () => {
    folder('open', 0o777)
    folder('open/sticky', 0o1777)
    expect(open('open', 'sticky', 'compiled')).to.equal(null)
  })

  it('is null if it or a folder above it is a file', () => {
    writeFileSync(join(root, 'file'), '')
    expect(open('file')).to.equal(null)
    expect(open('file', 'compiled')).to.equal(null)
  })

  // To another user, what this process has created is foreign, unless root has created it.
  it('is null for a user who does not own it', () => {
    const other = isRoot ? USER : OTHER_USER
    folder('theirs/compiled', 0o700)
    if (isRoot) chownSync(join(root, 'theirs'), OTHER_USER, OTHER_USER)
    expect(openPrivateFolder(join(root, 'theirs', 'compiled'), other)).to.equal(null)
    expect(openPrivateFolder(join(root, 'theirs', 'new', 'compiled'), other)).to.equal(null)
    expect(readdirSync(join(root, 'theirs'))).to.deep.equal(['compiled'])
  })

  if (isRoot) {
    it('is null if another user was first in a sticky folder', () => {
      folder('sticky', 0o1777)
      folder('sticky/tokenry', 0o755)
      folder('sticky/tokenry/compiled', 0o700)
      chownSync(join(root, 'sticky/tokenry'), OTHER_USER, OTHER_USER)
      expect(open('sticky', 'tokenry', 'compiled')).to.equal(null)
    })

    it('is null in a sticky folder of another user, who may rename what is in it', () => {
      folder('sticky', 0o1777)
      chownSync(join(root, 'sticky'), OTHER_USER, OTHER_USER)
      expect(open('sticky', 'compiled')).to.equal(null)
    })

    it('is null behind a link of another user in a sticky folder, with any target', () => {
      folder('sticky', 0o1777)
      folder('mine', 0o700)
      symlinkSync('../mine', join(root, 'sticky/link'))
      expect(open('sticky', 'link')).to.equal(join(root, 'mine'))
      lchownSync(join(root, 'sticky/link'), OTHER_USER, OTHER_USER)
      expect(open('sticky', 'link')).to.equal(null)
    })

    it('may be below folders of root for a user who is not root', () => {
      folder('compiled', 0o700)
      chmodSync(root, 0o755)
      chownSync(join(root, 'compiled'), OTHER_USER, OTHER_USER)
      expect(openPrivateFolder(join(root, 'compiled'), OTHER_USER)).to.equal(join(root, 'compiled'))
    })
  }

  describe('behind a symbolic link', () => {
    it('is the target of the link, and the real folders above it are checked', () => {
      folder('real/home', 0o755)
      symlinkSync('real', join(root, 'relative'))
      symlinkSync(join(root, 'relative/home'), join(root, 'absolute'))
      symlinkSync('../../real/./home/', join(root, 'real/home/up'))
      for (const way of ['relative/home', 'absolute', 'absolute/up', 'real/home/up/up']) {
        expect(open(way, 'compiled'), way).to.equal(join(root, 'real/home/compiled'))
      }
    })

    it('is null if others may write to a folder above the target', () => {
      folder('open', 0o777)
      folder('open/home', 0o700)
      symlinkSync('open/home', join(root, 'link'))
      expect(open('link', 'compiled')).to.equal(null)
      expect(readdirSync(join(root, 'open/home'))).to.deep.equal([])
    })

    it('is null if others may replace the link, even if the target is safe', () => {
      folder('open', 0o777)
      folder('mine', 0o700)
      symlinkSync('../mine', join(root, 'open/link'))
      symlinkSync('open/link', join(root, 'outer'))
      expect(open('open', 'link')).to.equal(null)
      expect(open('outer')).to.equal(null)
    })

    it('is null if the link leads nowhere, throws if it leads to itself, and nothing is created there', () => {
      symlinkSync('nowhere', join(root, 'dead'))
      symlinkSync('loop', join(root, 'loop'))
      expect(open('dead', 'compiled')).to.equal(null)
      expect(existsSync(join(root, 'nowhere'))).to.equal(false)
      expect(() => open('loop', 'compiled')).to.throw('ELOOP')
    })
  })
})
