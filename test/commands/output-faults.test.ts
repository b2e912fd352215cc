import fs, {existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {FileCalls} from '../../src/files/new-file.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'
import {type Run, runTokenry, stopSoon} from '../support/run-tokenry.ts'
import {lockFolder, releaseFolders} from '../support/stubborn-folder.ts'
import {systemError} from '../support/system-error.ts'

const CREATES = {
  'a deployment token': 'deployment token create -n new -r DEPLOYMENT_ADMIN -e 1',
  'an agent token': 'deployment token create --agent -n new -e 1',
  'a workspace token': 'workspace token create -n new -r WORKSPACE_MEMBER -e 1',
  'an organization token': 'organization token create -n new -r ORGANIZATION_MEMBER -e 1',
}
const [CREATE] = Object.values(CREATES) as [string]
const ROTATE = 'deployment token rotate -t ci -f'

/** Faults of the file calls that run once some of the secret is on the disk. */
const FAULTS: Record<string, Partial<FileCalls>> = {
  'fsync EIO': {fsyncSync: refuse('EIO')},
  'fsync EDQUOT': {fsyncSync: refuse('EDQUOT')},
  'close EIO': {closeSync: closeAnd('EIO')},
  'close EDQUOT': {closeSync: closeAnd('EDQUOT')},
  'link EIO': {linkSync: refuse('EIO')},
  'rename EIO': {linkSync: refuse('EPERM'), renameSync: refuse('EIO')},
  'fsync of the folder EIO': {
    fsyncSync(descriptor) {
      if (fs.fstatSync(descriptor).isDirectory()) throw systemError('EIO')
    },
  },
  'a link that was created but reported as EEXIST': {
    linkSync(from, to) {
      fs.linkSync(from, to)
      throw systemError('EEXIST')
    },
  },
  'a partial write': {
    writeSync: (descriptor, bytes) => {
      if (typeof bytes === 'string') throw new Error('bytes are expected')
      fs.writeSync(descriptor, bytes, 0, 9)
      throw systemError('ENOSPC')
    },
  },
}

describe('a new file for a secret', () => {
  let astro: AstroHome
  let folder = ''
  let file = ''
  beforeEach(async () => {
    astro = await openAstroHome()
    folder = join(astro.home, 'out')
    file = join(folder, 'token.txt')
    mkdirSync(folder)
  })
  afterEach(releaseFolders)

  describe('in a folder where no file can be removed', () => {
    for (const [what, create] of Object.entries(CREATES)) {
      for (const mode of ['', ' -c', ' --json']) {
        it(`holds ${what}: exit 0, and a warning that names the draft that is left:${mode}`, async () => {
          const run = await astro.run(`${create} --output ${file}${mode}`, lockFolder(folder))
          expect(run.exitCode, run.stderr).to.equal(0)
          const draft = draftIn(folder)
          expect(said(run))
            .to.contain(draft)
            .and.to.contain('cannot be removed (EPERM)')
            .and.to.contain(`rm -f ${draft}`)
          expect(await astro.valid(readFileSync(file, 'utf8'))).to.equal(true)
        })
      }
    }

    it('holds the new secret of a rotation, and the old one ends', async () => {
      const {token} = await astro.make('deployment', 'ci')
      const run = await astro.run(`${ROTATE} --output ${file}`, lockFolder(folder))
      expect(run).to.include({exitCode: 0, stdout: ''})
      expect(run.stderr).to.contain(draftIn(folder))
      expect([await astro.valid(token), await astro.valid(readFileSync(file, 'utf8'))]).to.deep.equal([false, true])
    })

    it('is reported with both its names and exit 11 if the document cannot be written, and the token is ended', async () => {
      const run = await astro.run(`${CREATE} --output ${file} --json`, {...lockFolder(folder), stdoutFails: 'ENOSPC'})
      expect(run.exitCode).to.equal(11)
      const {error} = JSON.parse(run.stderr)
      expect(error.message).to.contain(`${file} and ${draftIn(folder)} cannot be removed (EPERM); it was ended again`)
      expect(error.hint).to.contain(`rm -f ${file} ${draftIn(folder)}`)
      expect(await astro.valid(readFileSync(file, 'utf8'))).to.equal(false)
    })

    it('causes exit 9 if the old secret cannot be ended, and the error names the draft', async () => {
      await astro.make('deployment', 'ci')
      const fakeService = (real: TokenService): TokenService => ({
        ...real,
        async beginRotation(...args) {
          const staged = await real.beginRotation(...args)
          return {...staged, finish: () => Promise.reject(systemError('EIO'))}
        },
      })
      const run = await astro.run(`${ROTATE} --output ${file}`, {...lockFolder(folder), fakeService})
      expect(run.exitCode).to.equal(9)
      expect(run.stderr).to.contain(draftIn(folder))
      expect(await astro.valid(readFileSync(file, 'utf8'))).to.equal(true)
    })

    it('keeps the exit code of an error before there is a secret, and is named although it is empty', async () => {
      for (const mode of ['', ' -c', ' --json']) {
        await astro.make('deployment', 'new')
        const run = await astro.run(`${CREATE} --unique-name --output ${file}${mode}`, lockFolder(folder))
        expect(run.exitCode, run.stderr).to.equal(7)
        const drafts = readdirSync(folder).map((name) => join(folder, name))
        expect(
          drafts.some((draft) => said(run).includes(`${draft} cannot be removed (EPERM); it does not contain a token`)),
        ).to.equal(true)
        expect(existsSync(file)).to.equal(false)
      }
    })

    for (const [fault, files] of Object.entries(FAULTS)) {
      it(`is named, with exit 11, if it holds a secret that was ended: ${fault}`, async () => {
        const injected = lockFolder(folder).files
        const run = await astro.run(`${CREATE} --output ${file}`, {files: {...injected, ...files}})
        expect(run.exitCode).to.equal(11)
        const left = readdirSync(folder).map((name) => join(folder, name))
        expect(left).to.not.deep.equal([])
        for (const name of left) expect(run.stderr).to.contain(name)
        expect(run.stderr).to.contain('cannot be removed (EPERM)').and.to.contain('it was ended again')
        expect(await astro.json('deployment token list')).to.deep.equal([])
      })
    }
  })

  for (const [fault, files] of Object.entries(FAULTS)) {
    it(`is removed, with exit 11, and no token remains: ${fault}`, async () => {
      for (const [what, create] of Object.entries(CREATES)) {
        for (const mode of ['', ' -c', ' --json']) {
          const run = await astro.run(`${create} --output ${file}${mode}`, {files})
          expect(run.exitCode, `${what}${mode} ${run.stderr}`).to.equal(11)
          expect(said(run)).to.contain(`${file} cannot be written`).and.to.contain('it was ended again')
          expect(readdirSync(folder)).to.deep.equal([])
        }
        expect(await astro.json(create.replace(/create.*/, 'list'))).to.deep.equal([])
      }
    })

    it(`is removed, with exit 11, and the old secret stays valid: rotate, ${fault}`, async () => {
      const {token} = await astro.make('deployment', 'ci')
      const run = await astro.run(`${ROTATE} --output ${file}`, {files})
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(run.stderr).to.contain('the old secret is still valid')
      expect(readdirSync(folder)).to.deep.equal([])
      expect(await astro.valid(token)).to.equal(true)
    })
  }

  it('is refused with exit 3 before a token is created, and is removed, if mode 0600 cannot be set', async () => {
    const keepsNoMode: Partial<FileCalls> = {
      fchmodSync(descriptor) {
        fs.fchmodSync(descriptor, 0o755)
      },
    }
    for (const files of [{fchmodSync: refuse('EPERM')}, {fchmodSync: refuse('ENOTSUP')}, keepsNoMode]) {
      const run = await astro.refused(`${CREATE} --output ${file}`, {exitCode: 3, words: [file, 'Mode 0600']}, {files})
      expect(run.stderr).to.contain('--output')
      expect(readdirSync(folder)).to.deep.equal([])
      const argv = ['service', 'start', '--port', '0', '--ready-file', file]
      const started = await runTokenry(argv, {home: astro.home, signals: stopSoon(), files})
      expect(started.exitCode).to.equal(3)
      expect(started.stderr).to.contain('Mode 0600').and.to.contain('--ready-file')
      expect(readdirSync(folder)).to.deep.equal([])
    }
  })

  it('is not removed if another process has replaced it', async () => {
    const files: Partial<FileCalls> = {
      fsyncSync(descriptor) {
        if (!fs.fstatSync(descriptor).isDirectory()) return
        fs.unlinkSync(file)
        fs.writeFileSync(file, 'of another')
        throw systemError('EIO')
      },
    }
    expect((await astro.run(`${CREATE} --output ${file}`, {files})).exitCode).to.equal(11)
    expect(readFileSync(file, 'utf8')).to.equal('of another')
  })

  describe('of the service', () => {
    const start = (flags: string, options: object) =>
      astro.run(`service start --port 0 --ready-file ${file}${flags}`, {signals: stopSoon(), ...options})

    for (const mode of ['', ' --json']) {
      it(`causes exit 9 and is named if it cannot be removed at the end:${mode}`, async () => {
        const run = await start(` --ephemeral${mode}`, lockFolder(folder))
        expect(run.exitCode, run.stderr).to.equal(9)
        expect(run.stderr).to.contain(`The service has ended, but ${file} and ${draftIn(folder)} cannot be removed`)
      })
    }

    it('causes exit 11 with a token and 3 without one if it cannot be written, and is removed', async () => {
      for (const [flags, exitCode] of [
        ['', 3],
        [' --ephemeral', 11],
      ] as const) {
        for (const files of Object.values(FAULTS)) {
          const run = await start(flags, {files})
          expect(run).to.include({exitCode, stdout: ''})
          expect(run.stderr).to.contain(`${file} cannot be written`)
          expect(readdirSync(folder)).to.deep.equal([])
        }
      }
    })
  })
})

/** Return everything that a run has printed, as text or in its document. */
function said({stdout, stderr}: Run): string {
  return stdout + stderr
}

function draftIn(folder: string): string {
  return join(folder, readdirSync(folder).find((name) => name.startsWith('.tokenry-')) ?? 'no draft')
}

function refuse(code: string): () => never {
  return () => {
    throw systemError(code)
  }
}

/** Throw after the descriptor is closed: on Linux it is free even if close fails. */
function closeAnd(code: string): (descriptor: number) => void {
  return (descriptor) => {
    fs.closeSync(descriptor)
    throw systemError(code)
  }
}
