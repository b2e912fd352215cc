import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, mkdirSync, openSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Readable} from 'node:stream'

/** What the server itself measured: without reading requests and sending responses. */
export interface Served {
  requests: number
  /** The sum of their times, in milliseconds. */
  ms: number
}

export interface BenchServer {
  port: number
  deploymentId: string
  /** The secret of an owner of the organization. */
  ownerToken: string
  /** Return what was served since the last call. */
  readServed(): Served
  stop(): Promise<void>
}

interface ServeOptions {
  /** Path of the built program. */
  program: string
  /** The installation to serve, as TOKENRY_HOME. A missing one is created. */
  home: string
  /** The environment, without TOKENRY_HOME. */
  env: Record<string, string>
}

/** Run `tokenry service start` for Astro in a process of its own, and wait until it listens. */
export async function serve({program, home, env: base}: ServeOptions): Promise<BenchServer> {
  const env = {...base, TOKENRY_HOME: home}
  mkdirSync(home, {recursive: true, mode: 0o700})
  const mint = 'organization token create --name owner --role ORGANIZATION_OWNER --expiration 1 --clean-output'
  const ownerToken = execFileSync(process.execPath, [program, ...mint.split(' ')], {env, encoding: 'utf8'}).trim()
  // The server writes a line before it sends the response, so the file is complete when the client
  // ends.
  const log = join(home, 'requests.log')
  const descriptor = openSync(log, 'a')
  const argv = [program, ...'service start --dialect astro --port 0 --json --debug'.split(' ')]
  const child = spawn(process.execPath, argv, {env, stdio: ['ignore', 'pipe', descriptor]})
  closeSync(descriptor)
  const closed = once(child, 'close')
  const stdout = child.stdout as Readable
  const [document] = await Promise.race([once(stdout, 'data'), closed])
  if (!Buffer.isBuffer(document)) throw new Error(`The service did not start: ${readFileSync(log, 'utf8')}`)
  const {port, deploymentId} = JSON.parse(document.toString()).result
  let readLines = 0
  return {
    port,
    deploymentId,
    ownerToken,
    readServed() {
      const times = [...readFileSync(log, 'utf8').matchAll(/^[A-Z]+ \S+ \d{3} ([\d.]+) ms /gm)].slice(readLines)
      readLines += times.length
      return {requests: times.length, ms: times.reduce((sum, [, ms]) => sum + Number(ms), 0)}
    },
    async stop() {
      child.kill('SIGTERM')
      await closed
    },
  }
}
