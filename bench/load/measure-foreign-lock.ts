import {fork} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {environment} from '../environment.ts'
import {type LoadRequest, requestsFor} from './load-scenarios.ts'
import type {LoadTarget} from './prepare-store.ts'

export interface ForeignLockReport {
  /** For how long another process held the write lock. In milliseconds. */
  lockMs: number
  sent: number
  /** With a status of 2xx. */
  answered: number
  longestMs: number
}

const HOLD_LOCK = join(import.meta.dirname, 'hold-lock-child.ts')
const LOCK_MS = 2000
/** How many reads are sent at a time, and how many changes wait for the lock meanwhile. */
const READERS = 4
const WRITERS = 8
/** A request without an answer after this time has failed. In milliseconds. */
const ANSWER_MAX_MS = 30_000

/** Read while another process holds the write lock and changes wait for it. */
export async function measureForeignLock(url: string, target: LoadTarget): Promise<ForeignLockReport> {
  const holder = fork(HOLD_LOCK, {env: environment(), stdio: ['ignore', 'ignore', 'inherit', 'ipc']})
  holder.send({file: target.file, ms: LOCK_MS})
  await once(holder, 'message')
  let held = true
  const released = once(holder, 'message').then(() => {
    held = false
  })
  const {organizations, page, verify, create} = requestsFor(target)
  const changes = Array.from({length: WRITERS}, () => send(url, create))
  const times: number[] = []
  let answered = 0
  const readers = Array.from({length: READERS}, async () => {
    while (held) {
      for (const read of [organizations, page(''), verify(target.ownerToken)]) {
        const startMs = performance.now()
        if (await send(url, read)) answered += 1
        times.push(performance.now() - startMs)
      }
    }
  })
  await Promise.all([...readers, ...changes, released])
  return {lockMs: LOCK_MS, sent: times.length, answered, longestMs: Math.round(Math.max(0, ...times))}
}

/** Send a request and return whether the status is 2xx. Without an answer it is not. */
async function send(url: string, {path, ...request}: LoadRequest): Promise<boolean> {
  try {
    const response = await fetch(`${url}${path}`, {...request, signal: AbortSignal.timeout(ANSWER_MAX_MS)})
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
