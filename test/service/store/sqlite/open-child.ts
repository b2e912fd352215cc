import {writeSync} from 'node:fs'
import {describeError} from '../../../../src/errors/describe.ts'
import {openSqliteStore} from '../../../../src/service/store/sqlite/open-sqlite-store.ts'
import type {Store} from '../../../../src/service/store/store.ts'
import {NOW, ORG, seedStore, tokenRow} from '../store-rows.ts'

/** The task of the child, given in argv as JSON. */
export interface ChildTask {
  file: string
  /**
   * Switch to this user. The child has loaded everything by then, so the user need not be able to
   * read the checkout.
   */
  uid?: number
  /** Print `ready` and wait for a line on stdin before the store is opened. */
  wait?: boolean
  /** How many tokens to write in one transaction. After that, one more token is written. */
  tokens?: number
  /** Die of SIGKILL with the store open, after the result was written. */
  kill?: boolean
  /** Die of SIGKILL in the transaction that creates the store. */
  killInSeed?: boolean
}

/** The last line that the child prints, as JSON. */
export interface ChildResult {
  opened?: {created: boolean; readOnly: boolean; installation: string; tokenCount: number}
  /** The error of the transaction that writes `tokens`, or of the opening if that failed. */
  error?: {code: string; message: string; hint: string | null}
  /** After the transaction: the number of tokens, and the outcome of a small write. */
  after?: {tokenCount: number; smallWrite: string}
}

async function main(task: ChildTask): Promise<ChildResult> {
  if (task.uid !== undefined) process.setuid?.(task.uid)
  if (task.wait) await waitForLine()
  const seed: typeof seedStore = async (session) => {
    await seedStore(session)
    if (!task.killInSeed) return
    writeSync(process.stdout.fd, '{}\n')
    process.kill(process.pid, 'SIGKILL')
  }
  return openSqliteStore({file: task.file, seed, now: () => NOW}).then(
    async ({store, storage: {created, readOnly}}) => {
      const {id} = await store.readInstallation()
      const opened = {created, readOnly, installation: id, tokenCount: await countTokens(store)}
      const result = task.tokens === undefined ? {opened} : {opened, ...(await writeTokens(store, task.tokens))}
      if (!task.kill) await store.close()
      return result
    },
    errorOf,
  )
}

async function waitForLine(): Promise<void> {
  process.stdout.write('ready\n')
  await new Promise((resolve) => process.stdin.once('data', resolve))
  process.stdin.destroy()
}

async function writeTokens(store: Store, count: number): Promise<ChildResult> {
  const writing = store.transaction(async (session) => {
    for (let index = 0; index < count; index++) {
      await session.insertToken(tokenRow({id: `t-${index}`, description: 'x'.repeat(1000)}), [])
    }
  })
  const failed = await writing.then(() => ({}), errorOf)
  const tokenCount = await countTokens(store)
  const small = store.insertToken(tokenRow({id: 'small'}), [])
  return {...failed, after: {tokenCount, smallWrite: await small.then(String, (err) => describeError(err).code)}}
}

function countTokens(store: Store): Promise<number> {
  return store.countTokens(ORG, {vendor: 'astro'})
}

function errorOf(err: unknown): ChildResult {
  const {code, message, hint} = describeError(err)
  return {error: {code, message, hint}}
}

const task: ChildTask = JSON.parse(process.argv[2] ?? '{}')
writeSync(process.stdout.fd, `${JSON.stringify(await main(task))}\n`)
if (task.kill) process.kill(process.pid, 'SIGKILL')
