import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {environment} from '../environment.ts'

const WATCH_LOOP = join(import.meta.dirname, 'watch-loop.cjs')

/** If a server has not ended this long after SIGTERM, it is killed. */
const STOP_MAX_MS = 30_000

/** What watch-loop.cjs reports about the time since the last report. */
export interface LoopReport {
  loopP99Ms: number
  loopMaxMs: number
  cpuMs: number
  rssMib: number
}

/** A server in a process of its own. */
export interface LoadServer {
  /** The document that it printed when it began to listen. */
  printed: Record<string, unknown>
  report(): Promise<LoopReport>
  /** Send SIGTERM and wait until the process has ended. */
  stop(): Promise<void>
}

/** Start a server that prints one line of JSON when it listens. */
export async function startServer(argv: string[], variables: Record<string, string> = {}): Promise<LoadServer> {
  const child = spawn(process.execPath, ['--require', WATCH_LOOP, ...argv], {
    env: environment(variables),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const closed = once(child, 'close')
  const [line] = await Promise.race([once(child.stdout ?? child, 'data'), closed])
  if (!Buffer.isBuffer(line)) throw new Error(`${argv.join(' ')} did not start`)
  return {
    printed: JSON.parse(line.toString()),
    async report() {
      child.send('report')
      const [report] = await once(child, 'message')
      return report as LoopReport
    },
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MAX_MS)
      await closed
      clearTimeout(timer)
    },
  }
}

/** Start the built program on an installation, with Astro's dialect only. */
export async function startAstroServer(
  program: string,
  home: string,
  processes = 1,
): Promise<{served: LoadServer; url: string; port: number}> {
  const argv = [program, ...`service start --dialect astro --port 0 --json --processes ${processes}`.split(' ')]
  const served = await startServer(argv, {TOKENRY_HOME: home})
  const {url, port} = served.printed['result'] as {url: string; port: number}
  return {served, url, port}
}
