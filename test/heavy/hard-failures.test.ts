import {existsSync, mkdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {mountSmallDisk, remountReadOnly, unmount} from '../support/small-disk.ts'
import {bash, type Spawned} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {checkWhole} from './embedded-target.ts'

const CREATE = 'tokenry deployment token create -n ci -r DEPLOYMENT_ADMIN -e 30'
const ROTATE = 'tokenry deployment token rotate -t ci -f'
/** Print the exit code of a command whose stdout goes elsewhere. */
const SAY = 'echo "exit $?"'

/**
 * Outputs that cannot take a secret: how to create one, the exit code, and the explanation of the
 * failure.
 */
const OUTPUTS: Record<string, {script: (command: string) => string; exitCode: number; why: RegExp}> = {
  'a full device': {
    script: (command) => `${command} > /dev/full; ${SAY}`,
    exitCode: 11,
    why: /no space left on device \(ENOSPC\)/,
  },
  'a pipe that is closed early': {
    script: (command) => `{ sleep 0.2; ${command}; ${SAY} >&2; } 2> said | true; grep ^exit said; cat said >&2`,
    exitCode: 11,
    why: /the reader closed the pipe \(EPIPE\)/,
  },
  'a file that may not grow': {
    script: (command) => `head -c 1024000 /dev/zero > big; (ulimit -f 1000; ${command} >> big; ${SAY})`,
    exitCode: 11,
    why: /could not be written out: EFBIG/,
  },
  'a closed standard output': {
    script: (command) => `${command} >&-; ${SAY}`,
    exitCode: 3,
    why: /Standard output is closed, so the token would be lost; no token was created/,
  },
}

describe('an output that fails', () => {
  for (const [output, {script, exitCode, why}] of Object.entries(OUTPUTS)) {
    for (const flags of ['', ' -c', ' --json']) {
      it(`${output}: create${flags} exits ${exitCode} and leaves no token`, async () => {
        const home = tempFolder()
        const run = await bash(script(CREATE + flags), {home})
        expect(run.stdout, run.stderr).to.equal(`exit ${exitCode}\n`)
        expect(run.stderr)
          .to.match(why)
          .and.not.match(/\n +at /)
        expect(await list(home)).to.deep.equal([])
        checkWhole(join(home, 'tokenry', 'data', 'tokenry.db'))
      })
    }

    it(`${output}: rotate exits ${exitCode} and leaves the old secret valid`, async () => {
      const home = tempFolder()
      const {stdout: secret} = await bash(`${CREATE} -c`, {home})
      const run = await bash(script(`${ROTATE} -c`), {home})
      expect(run.stdout, run.stderr).to.equal(`exit ${exitCode}\n`)
      expect(run.stderr).to.match(why)
      expect(await bash('tokenry token verify', {home, stdin: secret})).to.include({exitCode: 0})
      expect(await list(home)).to.have.nested.property('[0].unfinishedRotationAt', null)
    })
  }

  it('is not a failure if it is intended: > /dev/null', async () => {
    const home = tempFolder()
    expect(await bash(`${CREATE} -c > /dev/null; ${SAY}`, {home})).to.include({stdout: 'exit 0\n', stderr: ''})
    expect(await list(home)).to.have.lengthOf(1)
  })

  it('is not a failure for the messages about the token: 2>&-', async () => {
    const run = await bash(`${CREATE} 2>&-`, {home: tempFolder()})
    expect(run.exitCode).to.equal(0)
    expect(run.stdout).to.match(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  })
})

describe('a standard error that fails in a GitHub Actions job', () => {
  const env = {GITHUB_ACTIONS: 'true'}
  const STDERRS: Record<string, (command: string) => string> = {
    'a closed one': (command) => `${command} 2>&-; ${SAY}`,
    'a full device': (command) => `${command} 2> /dev/full; ${SAY}`,
    'a pipe whose reader is gone': (command) =>
      `mkfifo pipe; exec 8<> pipe 9> pipe; exec 8>&-; ${command} 2>&9 9>&-; ${SAY}`,
  }
  for (const [what, script] of Object.entries(STDERRS)) {
    for (const flags of ['', ' -c', ' --output token.txt']) {
      it(`${what}: create${flags} exits 3 and creates nothing`, async () => {
        const home = tempFolder()
        expect(await bash(script(CREATE + flags), {home, env})).to.include({stdout: 'exit 3\n'})
        expect(existsSync(join(home, 'token.txt'))).to.equal(false)
        expect(await list(home)).to.deep.equal([])
      })
    }
  }

  it('that fills up after the first byte: create exits 11 and revokes the new token', async () => {
    const home = tempFolder()
    // One byte less than the limit of the file: the newline that tests it fits, the mask line does
    // not.
    const script = `head -c 1023999 /dev/zero > log; (ulimit -f 1000; ${CREATE} -c 2>> log; ${SAY})`
    expect(await bash(script, {home, env})).to.include({stdout: 'exit 11\n'})
    expect(await list(home)).to.deep.equal([])
  })

  it('is not a failure for a command that creates no token', async () => {
    const run = await bash(`tokenry deployment list 2> /dev/full; ${SAY}`, {home: tempFolder(), env})
    expect(run.stdout).to.contain('exit 0')
  })
})

describe('a store that may not grow', () => {
  for (const blocks of [0, 8, 64]) {
    it(`with ulimit -f ${blocks}: refuses a change with CONFIG, names ulimit in the hint and loses nothing`, async () => {
      const home = tempFolder()
      const {stdout: secret} = await bash(`${CREATE} -c`, {home})
      const run = await bash(`ulimit -f ${blocks}; ${ROTATE} -c`, {home})
      if (blocks < 64) {
        expect(run).to.include({exitCode: 3, stdout: ''})
        expect(run.stderr).to.match(/tokenry\.db cannot be read or written: the disk reports an error\n.*ulimit -f/)
      }
      const survivor = run.exitCode === 0 ? run.stdout : secret
      expect(await bash('tokenry token verify', {home, stdin: survivor})).to.include({exitCode: 0})
      checkWhole(join(home, 'tokenry', 'data', 'tokenry.db'))
    })
  }
})

describe('a home folder', () => {
  it('that does not exist is created, for its owner alone', async () => {
    const home = tempFolder()
    const run = await bash(`unset TOKENRY_HOME; HOME=$PWD/none/such; ${CREATE} -c`, {home})
    expect(run).to.include({exitCode: 0, stderr: ''})
    expect(statSync(join(home, 'none', 'such', '.local', 'share', 'tokenry')).mode & 0o777).to.equal(0o700)
  })

  it('that is empty or relative is CONFIG', async () => {
    for (const [home, why] of [
      ['', 'There is no home folder'],
      ['relative', 'The home folder relative is not absolute'],
    ]) {
      const run = await bash(`unset TOKENRY_HOME; HOME=${home}; ${CREATE} -c`, {home: tempFolder()})
      expect(run).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.contain(why).and.to.contain('Set TOKENRY_HOME')
    }
  })

  it('that is read-only: its tokens can be listed and verified, and every change is refused with CONFIG', async function () {
    const home = tempFolder()
    const disk = join(home, 'tokenry')
    mkdirSync(disk)
    if (!mountSmallDisk(disk)) this.skip()
    try {
      const {stdout: secret} = await bash(`${CREATE} -c`, {home})
      remountReadOnly(disk)
      for (const command of [CREATE, ROTATE, 'tokenry deployment token delete -t ci -f']) {
        const run = await bash(command, {home})
        expect(run, command).to.include({exitCode: 3, stdout: ''})
        expect(run.stderr, command).to.match(/^Error: .*tokenry\.db cannot be written: .* read-only\n.*ls -la /)
      }
      expect(await bash('tokenry token verify', {home, stdin: secret})).to.include({exitCode: 0, stderr: ''})
      expect(await list(home)).to.have.lengthOf(1)
      const fresh = await bash(`unset TOKENRY_HOME; HOME=$PWD/tokenry/new; ${CREATE}`, {home})
      expect(fresh.exitCode).to.equal(3)
      expect(fresh.stderr).to.contain('read-only')
      expect(existsSync(join(disk, 'new'))).to.equal(false)
    } finally {
      unmount(disk)
    }
  })
})

async function list(home: string): Promise<unknown[]> {
  const listed: Spawned = await bash('tokenry deployment token list --json', {home})
  return JSON.parse(listed.stdout).result
}
