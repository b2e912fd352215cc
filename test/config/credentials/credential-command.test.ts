import {spawn} from 'node:child_process'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join, relative} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {inspect} from 'node:util'
import {expect} from 'chai'
import {runCredentialCommand} from '../../../src/config/credentials/credential-command.ts'
import {privateDetails} from '../../../src/errors/private-details.ts'
import {expectFailure} from '../../support/rejection.ts'
import {ROOT} from '../../support/spawn-tokenry.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const options = {env: process.env, showStderr: false}

describe('runCredentialCommand', () => {
  const OUTPUTS: [title: string, output: string][] = [
    ['a line', 'sesame\\n'],
    ['a line without an end', 'sesame'],
    ['the last line', 'Unlocking…\\nsesame\\n'],
    ['the last line that is not empty', 'first\\nsesame\\n \\n\\n'],
    ['lines of Windows', 'first\\r\\nsesame\\r\\n'],
    ['a header', 'Bearer sesame\\n'],
    ['a header in lower case', 'bearer  sesame\\n'],
    ['a byte order mark', '\\357\\273\\277sesame\\n'],
  ]
  for (const [title, output] of OUTPUTS) {
    it(`returns the token from ${title}`, async () => {
      expect(await runCredentialCommand(`printf '${output}'`, options)).to.equal('sesame')
    })
  }

  it('runs it without a shell', async () => {
    const file = join(tempFolder(), 'made')
    const line = `printf %s%s%s $HOME ";touch" ${file}`
    expect(await runCredentialCommand(line, options)).to.equal(`$HOME;touch${file}`)
    expect(existsSync(file)).to.equal(false)
  })

  it('passes on the environment, and finds the program in its PATH', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'print-it'), '#!/bin/sh\necho "$SESAME"\n', {mode: 0o700})
    const env = {PATH: `${folder}:${process.env['PATH']}`, SESAME: 'open'}
    expect(await runCredentialCommand('print-it', {...options, env})).to.equal('open')
  })

  it('is CONFIG for a relative path, and runs nothing from the working folder', async () => {
    const folder = tempFolder()
    const made = join(folder, 'made')
    writeFileSync(join(folder, 'get.sh'), `#!/bin/sh\ntouch ${made}\necho sesame\n`, {mode: 0o700})
    const line = relative(process.cwd(), join(folder, 'get.sh'))
    const err = await expectFailure(runCredentialCommand(line, options), 'CONFIG')
    expect(err.details.hint).to.contain('the whole path')
    expect(existsSync(made)).to.equal(false)
    expect(await runCredentialCommand(join(folder, 'get.sh'), options)).to.equal('sesame')
  })

  it('gives it an empty stdin', async () => {
    expect(await runCredentialCommand(`sh -c 'cat; echo "end $?"'`, options)).to.equal('end 0')
  })

  it('accepts 64 KiB', async () => {
    const line = `sh -c 'head -c 65529 /dev/zero | tr "\\0" "\\n"; echo sesame'`
    expect(await runCredentialCommand(line, options)).to.equal('sesame')
  })

  it('returns the token if a process that the command leaves keeps its stdout', async () => {
    const start = Date.now()
    expect(await runCredentialCommand(`sh -c 'sleep 5 & echo sesame'`, options)).to.equal('sesame')
    expect(Date.now() - start).to.be.lessThan(4000)
  })

  const FAILURES: [title: string, line: string, word: string][] = [
    ['a program that does not exist', 'no-such-program sesame', '"no-such-program" was not found'],
    ['a file that may not be run', '/etc/passwd sesame', '"/etc/passwd" cannot be run (EACCES)'],
    ['a NUL', 'echo sesame\0', '"echo" cannot be run'],
    ['an exit code', `sh -c 'echo sesame; exit 3'`, '"sh" failed with exit code 3'],
    ['a signal', `sh -c 'echo sesame; kill -TERM $$'`, '"sh" was ended by SIGTERM'],
    ['no output', 'true', '"true" printed nothing'],
    ['empty lines', `printf '\\n \\n'`, '"printf" printed nothing'],
    ['a header alone', 'echo Bearer', '"echo" printed nothing'],
    ['a long output', `sh -c 'echo sesame; head -c 65536 /dev/zero'`, '"sh" wrote more than 64 KiB'],
    ['an endless output', 'yes sesame', '"yes" wrote more than 64 KiB'],
    ['a quote that is not closed', `sh -c 'sesame`, 'a quote that is not closed'],
  ]
  for (const [title, line, word] of FAILURES) {
    it(`is CONFIG for ${title}, without its arguments and its output`, async () => {
      const err = await expectFailure(runCredentialCommand(line, options), 'CONFIG')
      expect(err.message).to.contain(word)
      expect(err.details.hint).to.be.a('string')
      expect(inspect(err, {depth: 9}) + privateDetails(err)).to.not.contain('sesame')
    })
  }

  it('suggests a shell for a line that needs one', async () => {
    const err = await expectFailure(runCredentialCommand('cat /none | tr -d x', options), 'CONFIG')
    expect(err.details.hint).to.contain("sh -c '…'")
  })

  it('kills it after its time, with the processes that it has started', async () => {
    const folder = tempFolder()
    const line = `sh -c 'sleep 60 & echo $! > ${folder}/pid; sleep 60'`
    const err = await expectFailure(runCredentialCommand(line, {...options, timeoutMs: 500}), 'CONFIG')
    expect(err.message).to.contain('"sh" did not end in 0.5 seconds')
    await waitForEnd(readPid(folder))
  })

  it('shows its stderr only where it is asked to', async () => {
    const line = `sh -c "echo why >&2; echo sesame"`
    expect(await runInChild(line, {showStderr: true})).to.include({stderr: 'why\n', stdout: 'sesame'})
    expect(await runInChild(line, {showStderr: false})).to.include({stderr: '', stdout: 'sesame'})
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`is killed if ${signal} ends tokenry`, async () => {
      const folder = tempFolder()
      const line = `sh -c 'echo $$ > ${folder}/draft; mv ${folder}/draft ${folder}/pid; sleep 60'`
      const child = spawnRun(line, {showStderr: false})
      const ended = new Promise((resolve) => child.on('exit', (_code, by) => resolve(by)))
      while (!existsSync(join(folder, 'pid'))) await sleep(20)
      child.kill(signal)
      expect(await ended).to.equal(signal)
      await waitForEnd(readPid(folder))
    })
  }
})

function readPid(folder: string): number {
  return Number(readFileSync(join(folder, 'pid'), 'utf8'))
}

/** Wait until the process has ended. The test times out if it does not. */
async function waitForEnd(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20)
}

/** A killed process stays as a zombie until its parent has seen its end. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Run the command in a process whose stderr can be seen. */
async function runInChild(line: string, shown: {showStderr: boolean}): Promise<{stdout: string; stderr: string}> {
  const child = spawnRun(line, shown)
  const [stdout, stderr] = await Promise.all([readAll(child.stdout), readAll(child.stderr)])
  return {stdout, stderr}
}

function spawnRun(line: string, {showStderr}: {showStderr: boolean}) {
  const script = `
    import {runCredentialCommand} from '${ROOT}src/config/credentials/credential-command.ts'
    process.stdout.write(await runCredentialCommand(process.env.LINE, {env: process.env, showStderr: ${showStderr}}))`
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: {...process.env, LINE: line},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}
