import {fork} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import type {Options, Result} from 'autocannon'
import {environment} from '../environment.ts'

const CHILD = join(import.meta.dirname, 'attack-child.ts')

/** What one run of autocannon found. */
export interface Attack {
  requests: number
  /** Answered requests per second. */
  perSecond: number
  /** Milliseconds. */
  p50Ms: number
  p99Ms: number
  /** Requests without an answer, or with another status than 2xx. */
  failed: number
}

export interface AttackOptions extends Omit<Options, 'setupClient'> {
  /** Whether each connection sends its own part of the requests, and not all of them. */
  split?: boolean
}

/** Send the requests in turn over several connections, from a process of their own. */
export async function attack(options: AttackOptions): Promise<Attack> {
  const child = fork(CHILD, {env: environment(), stdio: ['ignore', 'ignore', 'inherit', 'ipc']})
  child.send(options)
  const [result] = (await once(child, 'message')) as [Result]
  await once(child, 'close')
  const {latency, duration, requests, errors, non2xx} = result
  return {
    requests: requests.total,
    perSecond: requests.total / duration,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    failed: errors + non2xx,
  }
}
