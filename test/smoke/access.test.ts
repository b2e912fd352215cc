import {chmodSync, mkdirSync, readdirSync, statSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {isRoot, makeForeign, OTHER_USER} from '../support/foreign-owner.ts'
import {bash, ROOT, type Spawned} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = 'tokenry deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1'

describe('the built program and the rights of other users', function () {
  this.timeout(30_000)
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  it('gives others no rights to anything that it creates, even under umask 000', async () => {
    // Colour loads a package from a separate file, whose code Node caches.
    const run = await bash(`umask 000; ${CREATE} -c && FORCE_COLOR=1 tokenry deployment token list`, {home})
    expect(run.exitCode).to.equal(0)
    const made = readdirSync(join(home, 'tokenry'), {recursive: true, encoding: 'utf8'})
    expect(made.filter((path) => /^cache\/compiled\/v[^/]+\/./.test(path))).to.not.deep.equal([])
    for (const path of made) expect(statSync(join(home, 'tokenry', path)).mode & 0o077, path).to.equal(0)
  })

  it('refuses a store in a folder that others may write to with exit code 3 and a chmod that fixes it', async () => {
    await bash(`${CREATE} -c`, {home})
    const data = join(home, 'tokenry', 'data')
    chmodSync(data, 0o777)
    for (const command of [CREATE, 'tokenry deployment token list', 'tokenry service start --port 0']) {
      const run = await bash(command, {home})
      expect(run, command).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.contain(`may write to ${data}`).and.to.contain(`chmod go-w ${data};`)
    }
    expect(await bash(`chmod go-w ${data}; tokenry deployment token list`, {home})).to.include({exitCode: 0})
  })

  for (const value of ['~/x', 'x', './x', '.']) {
    it(`refuses TOKENRY_HOME='${value}' with exit code 3, and creates nothing in the working directory`, async () => {
      const run = await bash(`mkdir checkout && cd checkout && ${CREATE} -c`, {home, env: {TOKENRY_HOME: value}})
      expect(run).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.contain('TOKENRY_HOME').and.to.contain(value)
      expect(readdirSync(join(home, 'checkout'))).to.deep.equal([])
    })
  }

  it('prints the version without a folder, even with an invalid TOKENRY_HOME', async () => {
    expect(await bash('tokenry --version', {home, env: {TOKENRY_HOME: '~/x'}})).to.include({exitCode: 0})
  })

  it('names a symbolic link that leads nowhere, in each position, and creates nothing at its target', async () => {
    for (const link of ['', 'data', 'data/tokenry.db', 'config', 'config/settings.json']) {
      const own = tempFolder()
      const path = join(own, 'tokenry', link)
      mkdirSync(join(path, '..'), {recursive: true, mode: 0o700})
      symlinkSync(join(own, 'unmounted'), path.replace(/\/$/, ''))
      const run = await bash(`${CREATE} -c`, {home: own})
      expect(run, link).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.contain('symbolic link that leads nowhere').and.to.contain(path.replace(/\/$/, ''))
      expect(readdirSync(own), link).to.deep.equal(['tokenry'])
    }
  })

  if (isRoot) {
    describe('as root with the environment of another user, as sudo keeps it', () => {
      const places: Record<string, string> = {
        'only HOME': '',
        'HOME, with folders of root in it': 'mkdir -p theirs/.local/share theirs/.config theirs/.cache;',
        'HOME in another spelling, with folders of root in it':
          'mkdir -p own theirs/.local/share theirs/.config theirs/.cache; export HOME=$PWD/own/..//theirs/.;',
        'a variable for data': 'mkdir own; export HOME=$PWD/own XDG_DATA_HOME=$PWD/theirs;',
        'a TOKENRY_HOME that does not exist yet': 'mkdir own; export HOME=$PWD/own TOKENRY_HOME=$PWD/theirs/new;',
      }
      for (const [what, prepare] of Object.entries(places)) {
        it(`creates no folder and says why: ${what}`, async () => {
          const {run, made} = await asRoot(`${prepare} find theirs > before; ${CREATE} -c`)
          expect(run).to.include({exitCode: 3, stdout: ''})
          expect(run.stderr)
            .to.contain(`belongs to another user (uid ${OTHER_USER}), and you are root`)
            .and.to.contain('without sudo')
            .and.to.contain('TOKENRY_HOME')
          expect(made).to.equal('')
        })
      }

      it('works in a TOKENRY_HOME of root, but caches no code', async () => {
        const {run, made} = await asRoot(`mkdir own; export TOKENRY_HOME=$PWD/own; find theirs > before; ${CREATE} -c`)
        expect(run.exitCode, run.stderr).to.equal(0)
        expect(made).to.equal('')
        expect(readdirSync(join(home, 'own'))).to.deep.equal(['data'])
      })

      it('refuses the store and the settings of that user, and does not change them', async () => {
        for (const part of ['.local/share/tokenry', '.config/tokenry']) {
          const own = join(home, 'theirs', part)
          mkdirSync(own, {recursive: true, mode: 0o700})
          makeForeign(own)
          const {run, made} = await asRoot('find theirs > before; tokenry deployment token list')
          expect(run).to.include({exitCode: 3, stdout: ''})
          expect(run.stderr).to.contain(`another user (uid ${OTHER_USER}`).and.to.contain('without sudo')
          expect(made).to.equal('')
        }
      })

      it('prints the version and help without a folder', async () => {
        const {run, made} = await asRoot('find theirs > before; tokenry --version && tokenry help > help')
        expect(run.exitCode, run.stderr).to.equal(0)
        expect(made).to.equal('')
      })

      /**
       * Run the script with HOME in a folder of another user. Return what is in that folder but not
       * in the list `before`.
       */
      async function asRoot(script: string): Promise<{run: Spawned; made: string}> {
        const theirs = join(home, 'theirs')
        mkdirSync(theirs, {recursive: true})
        makeForeign(theirs)
        const run = await bash(`unset TOKENRY_HOME; export HOME=$PWD/theirs; ${script}`, {home})
        const {stdout} = await bash('find theirs | diff before - | grep "^>"', {home})
        return {run, made: stdout}
      }
    })

    it('refuses the store of another user, and prints the command that fixes it', async () => {
      const run = await bash(
        `set -e
        cp -rL "${ROOT}/bin" "${ROOT}/dist" "${ROOT}/package.json" "${ROOT}/oclif.manifest.json" .
        cp "$(readlink -f "${process.execPath}")" node
        chmod 755 . && mkdir -m 777 shared && mkdir -m 755 shared/data && chown ${OTHER_USER} shared/data
        setpriv --reuid ${OTHER_USER + 1} --clear-groups env -i TOKENRY_HOME="$PWD/shared" \\
          ./node bin/run.js deployment token list`,
        {home},
      )
      expect(run).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr)
        .to.contain(`${home}/shared/data belongs to another user (uid ${OTHER_USER}, and you are ${OTHER_USER + 1})`)
        .and.to.contain(`sudo chown ${OTHER_USER + 1} ${home}/shared/data`)
    })
  }
})
