import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {BIN} from './spawn-tokenry.ts'

/** `tokenry service start` in a separate process. */
export interface RunningService {
  /** The result that it printed when it began to listen. */
  result: {
    url: string
    port: number
    addresses: string[]
    dialects: Record<string, {url: string}>
    organizationId: string
    workspaceId: string
    deploymentId: string
  }
  stderr(): string
  /** Resolves when stderr contains this text. */
  said(text: string): Promise<void>
  kill(signal: NodeJS.Signals): void
  pid: number
  /** The exit code, 0 to 255, or the signal that ended the process. */
  ended: Promise<number | NodeJS.Signals | null>
}

/**
 * Return a function that starts services for the tests of a `describe`, in its folder `home()`.
 * What still runs after a test is killed.
 */
export function startServicesIn(home: () => string): (...flags: string[]) => Promise<RunningService> {
  const running: RunningService[] = []
  afterEach(async () => {
    for (const service of running.splice(0)) {
      service.kill('SIGKILL')
      await service.ended
    }
  })
  return async (...flags) => {
    const service = await startService(home(), flags)
    running.push(service)
    return service
  }
}

/** Start the built program and wait until it listens. `flags` are added to --json and --port 0. */
export async function startService(home: string, flags: string[] = []): Promise<RunningService> {
  const argv = [BIN, 'service', 'start', '--port', '0', '--json', ...flags]
  const child = spawn(process.execPath, argv, {
    cwd: home,
    env: {PATH: process.env['PATH'] ?? '', HOME: home, TOKENRY_HOME: `${home}/tokenry`},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stderr = collect(child.stderr)
  const stdout = collect(child.stdout)
  const ended = endOf(child)
  await Promise.race([stdout.until(isJson), ended.then((end) => Promise.reject(new Error(`${end}: ${stderr.text()}`)))])
  return {
    result: JSON.parse(stdout.text()).result,
    stderr: stderr.text,
    said: (text) => stderr.until((all) => all.includes(text)),
    kill: (signal) => void child.kill(signal),
    pid: child.pid ?? 0,
    ended,
  }
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  const [code, signal] = await once(child, 'close')
  return code ?? signal
}

function collect(stream: NodeJS.ReadableStream) {
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return {
    text: () => text,
    async until(isThere: (text: string) => boolean) {
      while (!isThere(text)) await once(stream, 'data')
    },
  }
}

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== null
  } catch {
    return false
  }
}
