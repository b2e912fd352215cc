import {spawn} from 'node:child_process'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'
import type {ChildResult, ChildTask} from './open-child.ts'

const SCRIPT = fileURLToPath(new URL('./open-child.ts', import.meta.url))

export interface FinishedChild {
  result: ChildResult
  stderr: string
}

export interface StartedChild {
  ready: Promise<void>
  go(): void
  finished: Promise<FinishedChild>
}

export interface ChildLimits {
  /** The maximum size of a file in the child, in blocks of 512 bytes. */
  fileBlocksMax?: number
}

/** Start another process that opens a store: open-child.ts, run by the Node that runs the tests. */
export function startChild(task: ChildTask, {fileBlocksMax}: ChildLimits = {}): StartedChild {
  const command = [process.execPath, SCRIPT, JSON.stringify(task)]
  const shell = ['sh', '-c', `ulimit -f ${fileBlocksMax} && exec "$0" "$@"`, ...command]
  const [file = '', ...args] = fileBlocksMax === undefined ? command : shell
  const child = spawn(file, args, {stdio: ['pipe', 'pipe', 'pipe']})
  const finished = Promise.all([text(child.stdout), text(child.stderr)]).then(([stdout, stderr]) => {
    const last = stdout.trim().split('\n').at(-1)
    if (!last) throw new Error(`The child said nothing: ${stderr}`)
    return {result: JSON.parse(last) as ChildResult, stderr}
  })
  const ready = new Promise<void>((resolve) => {
    child.stdout.once('data', () => resolve())
  })
  return {ready, go: () => child.stdin.end('go\n'), finished}
}

export function runChild(task: ChildTask, limits?: ChildLimits): Promise<FinishedChild> {
  const child = startChild(task, limits)
  child.go()
  return child.finished
}
