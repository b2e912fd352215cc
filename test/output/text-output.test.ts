import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, constants, openSync, readFileSync, readSync, writeFileSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {tempFolder} from '../support/temp-folder.ts'

const CHILD = join(import.meta.dirname, 'text-output-child.ts')
/** More characters than a pipe can hold. */
const LONG_TEXT = 300_000

describe('an output of text', () => {
  it('appends to a file, without a stream of Node', async () => {
    const file = join(tempFolder(), 'out')
    writeFileSync(file, 'before\n')
    const descriptor = openSync(file, 'a')
    expect(await outcomeOf(writeTo(descriptor, LONG_TEXT))).to.deep.equal({exitCode: 0, report: 'direct, null'})
    expect(readFileSync(file, 'utf8')).to.equal(`before\n${written(LONG_TEXT)}`)
  })

  it('writes to a pipe with free space, without a stream of Node', async () => {
    const pipe = makePipe()
    expect(await outcomeOf(writeTo(pipe.write, 3))).to.deep.equal({exitCode: 0, report: 'direct, null'})
    expect(drain(pipe.read)).to.equal('---+++')
  })

  it('waits for the reader of a full pipe, and loses nothing', async () => {
    const pipe = makePipe()
    const child = writeTo(pipe.write, LONG_TEXT)
    const outcome = outcomeOf(child)
    let text = ''
    while (child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      text += drain(pipe.read)
    }
    expect(await outcome).to.deep.equal({exitCode: 0, report: 'stream, null'})
    expect(text + drain(pipe.read)).to.equal(written(LONG_TEXT))
  })

  it('does not change the flags of a pipe, because other processes may write to it', async () => {
    const pipe = makePipe()
    const before = flagsOf(pipe.write)
    await outcomeOf(spawnChild(pipe.write, 3))
    expect(flagsOf(pipe.write)).to.equal(before)
  })

  it('receives a signal while no one reads', async () => {
    const pipe = makePipe()
    fill(pipe.write)
    const child = writeTo(pipe.write, 3, 'SIGTERM')
    const outcome = outcomeOf(child)
    await once(child, 'message')
    child.kill('SIGTERM')
    expect(await outcome).to.deep.equal({exitCode: 143, report: 'stream, '})
  })

  it('reports EPIPE if the reader has closed the pipe', async () => {
    const pipe = makePipe()
    closeSync(pipe.read)
    expect((await outcomeOf(writeTo(pipe.write, 3))).report).to.match(/EPIPE$/)
  })

  it('does not write to the read end of a pipe', async () => {
    const pipe = makePipe()
    const {report} = await outcomeOf(writeTo(pipe.read, 3))
    expect(report).to.match(/^stream, E/)
  })

  it('uses a stream of Node for anything else', async () => {
    const device = openSync('/dev/full', 'w')
    expect(await outcomeOf(writeTo(device, 3))).to.deep.equal({exitCode: 0, report: 'stream, ENOSPC'})
  })
})

/** Return what the process writes: two texts of this length. */
function written(length: number): string {
  return '-'.repeat(length) + '+'.repeat(length)
}

/** Start a process with this descriptor as its stdout. Close the descriptor in this process. */
function writeTo(stdout: number, length: number, signal = ''): ChildProcess {
  const child = spawnChild(stdout, length, signal)
  closeSync(stdout)
  return child
}

function spawnChild(stdout: number, length: number, signal = ''): ChildProcess {
  return spawn(process.execPath, [CHILD, String(length), signal], {
    stdio: ['ignore', stdout, 'inherit', 'ipc', 'pipe'],
  })
}

async function outcomeOf(child: ChildProcess): Promise<{exitCode: number | null; report: string}> {
  let report = ''
  child.stdio[4]?.on('data', (chunk) => {
    report += chunk
  })
  await once(child, 'close')
  return {exitCode: child.exitCode, report}
}

/** Create a pipe whose reads do not block and whose writes do, as in a shell. */
function makePipe(): {read: number; write: number} {
  const path = join(tempFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return {read, write: openSync(path, constants.O_WRONLY)}
}

function drain(descriptor: number): string {
  const chunks: Buffer[] = []
  for (;;) {
    const chunk = Buffer.alloc(65_536)
    try {
      const length = readSync(descriptor, chunk)
      if (length === 0) break
      chunks.push(chunk.subarray(0, length))
    } catch {
      break
    }
  }
  return Buffer.concat(chunks).toString('latin1')
}

function fill(descriptor: number): void {
  const own = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK)
  try {
    for (;;) writeSync(own, Buffer.alloc(4096))
  } catch {
    closeSync(own)
  }
}

function flagsOf(descriptor: number): string {
  return /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1] ?? ''
}
