import {rejects} from 'node:assert/strict'
import {chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {AppError} from '../../../../src/errors/app-error.ts'
import {beOneself, isRoot, makeForeign, OTHER_USER} from '../../../support/foreign-owner.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {runChild} from './run-child.ts'
import {contentsOf, makeTestStore, modeOf, openTestStore} from './sqlite-folder.ts'

describe('SQLite: a store of another user, or one that others may write to', () => {
  let folder = ''
  let file = ''
  beforeEach(async () => {
    folder = tempFolder()
    file = join(folder, 'tokenry.db')
    await makeTestStore(file)
  })
  afterEach(beOneself)

  const paths: Record<string, () => string> = {
    'its folder': () => folder,
    'its file': () => file,
    'its -wal file': () => `${file}-wal`,
    'its -shm file': () => `${file}-shm`,
  }
  for (const [what, pathOf] of Object.entries(paths)) {
    it(`is refused if ${what} belongs to another user, with the chown that takes it over, and stays unchanged`, async () => {
      const path = pathOf()
      if (!existsSync(path)) writeFileSync(path, '', {mode: 0o600})
      makeForeign(path)
      const {message, details} = await refusedUntouched()
      // Without root, this user does not own any of the paths, and the folder is checked first.
      const [named, chown] = isRoot
        ? [path, `: chown 0 ${path}`]
        : [folder, `: sudo chown ${OTHER_USER} ${folder} ${file}`]
      expect(message).to.contain(`${named} belongs to another user`)
      expect(details.hint).to.contain(chown)
    })

    for (const mode of [0o720, 0o702, 0o777]) {
      it(`is refused if others may write to ${what}: mode ${mode.toString(8)}, with the chmod, and stays unchanged`, async () => {
        const path = pathOf()
        if (!existsSync(path)) writeFileSync(path, '')
        chmodSync(path, mode)
        const {message, details} = await refusedUntouched()
        expect(message).to.contain(`may write to ${path} (mode 0${mode.toString(8)})`)
        expect(details.hint).to.contain(`: chmod go-w ${path};`)
        expect(modeOf(path)).to.equal(mode.toString(8))
      })
    }
  }

  it('is fixed by the one command that the hint names', async () => {
    for (const path of [folder, file]) chmodSync(path, 0o777)
    const {details} = await refusedUntouched()
    expect(details.hint).to.contain(`chmod go-w ${folder} ${file};`)
    for (const path of [folder, file]) chmodSync(path, 0o755)
    await makeTestStore(file)
    expect(modeOf(file)).to.equal('700')
  })

  it('is quoted in the hint for a shell', async () => {
    const spaced = join(folder, "a user's data")
    mkdirSync(spaced)
    chmodSync(spaced, 0o777)
    const {details} = await refused(join(spaced, 'tokenry.db'))
    expect(details.hint).to.contain(`chmod go-w '${folder}/a user'\\''s data';`)
    expect(readdirSync(spaced)).to.deep.equal([])
  })

  it('is refused before anything is created in a folder that others may write to', async () => {
    const open = join(folder, 'open')
    mkdirSync(open)
    chmodSync(open, 0o1777)
    await refused(join(open, 'tokenry.db'))
    expect(readdirSync(open)).to.deep.equal([])
  })

  it('is created and used in a folder of the user that others may read', async () => {
    const readable = join(folder, 'readable')
    mkdirSync(readable)
    chmodSync(readable, 0o755)
    await makeTestStore(join(readable, 'tokenry.db'))
    await makeTestStore(join(readable, 'tokenry.db'))
  })

  if (isRoot) {
    it('is used if it belongs to root and others may only read it', async () => {
      chmodSync(folder, 0o755)
      chmodSync(file, 0o644)
      const {result} = await runChild({file, uid: OTHER_USER})
      expect(result.opened).to.include({readOnly: true})
    })

    it('is refused to a user who is not root, with sudo in the command', async () => {
      makeForeign(folder, file)
      chmodSync(folder, 0o755)
      const {result} = await runChild({file, uid: OTHER_USER + 1})
      expect(result.error).to.include({code: 'CONFIG'})
      expect(result.error?.message).to.contain(`${folder} belongs to another user (uid ${OTHER_USER},`)
      expect(result.error?.hint).to.contain(`sudo chown ${OTHER_USER + 1} ${folder} ${file}`)
    })

    it('is not created by root in a folder of another user, no matter how many folders are missing', async () => {
      const theirs = join(folder, 'theirs')
      mkdirSync(theirs)
      makeForeign(theirs)
      for (const path of ['data/tokenry.db', '.local/share/tokenry/tokenry.db']) {
        const {message, details} = await refused(join(theirs, path))
        expect(message)
          .to.contain(`${theirs} belongs to another user (uid ${OTHER_USER})`)
          .and.to.contain('lock that user out')
        expect(details.hint).to.contain('without sudo').and.to.contain('TOKENRY_HOME')
      }
      expect(readdirSync(theirs)).to.deep.equal([])
    })

    it('is created by root in a folder of root below a folder of another user', async () => {
      const theirs = join(folder, 'theirs')
      mkdirSync(join(theirs, 'of-root'), {recursive: true})
      makeForeign(theirs)
      await makeTestStore(join(theirs, 'of-root', 'data', 'tokenry.db'))
    })
  }

  async function refusedUntouched(): Promise<AppError> {
    const before = contentsOf(folder)
    const err = await refused(file)
    expect(contentsOf(folder)).to.deep.equal(before)
    return err
  }
})

describe('SQLite: a symbolic link on the way to a store', () => {
  it('is followed', async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'real'))
    symlinkSync('real', join(folder, 'link'))
    await makeTestStore(join(folder, 'link', 'data', 'tokenry.db'))
    expect(readdirSync(join(folder, 'real', 'data'))).to.contain('tokenry.db')
    symlinkSync('real/data/tokenry.db', join(folder, 'tokenry.db'))
    await makeTestStore(join(folder, 'tokenry.db'))
  })

  for (const target of ['nowhere', '/nowhere/at/all', 'dead']) {
    for (const dead of ['dead', 'dead/tokenry.db', 'dead/data/tokenry.db']) {
      it(`is named if it leads nowhere: ${dead} with ${target}, and nothing is created`, async () => {
        const folder = tempFolder()
        symlinkSync(target, join(folder, 'dead'))
        const {message, details} = await refused(join(folder, dead))
        expect(message).to.equal(`${folder}/dead is a symbolic link that leads nowhere (to ${target})`)
        expect(details.hint).to.contain(`rm ${folder}/dead`)
        expect(readdirSync(folder)).to.deep.equal(['dead'])
      })
    }
  }
})

async function refused(file: string): Promise<AppError> {
  let refusal: AppError | undefined
  await rejects(openTestStore(file), (err: AppError) => {
    refusal = err
    return err.code === 'CONFIG'
  })
  if (!refusal) throw new Error('not refused')
  return refusal
}
