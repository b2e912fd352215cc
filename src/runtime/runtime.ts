import {LAZY_CREDENTIALS} from '../config/credentials/lazy.ts'
import type {Credentials} from '../config/credentials/types.ts'
import {type Folders, resolveFolders} from '../config/folders.ts'
import {readHomeFolder, readUserName} from '../config/user.ts'
import {AppError} from '../errors/app-error.ts'
import type {FileCalls} from '../files/new-file.ts'
import {refuseKeptHome} from '../files/refuse-foreign.ts'
import {createPrompter, type Prompter} from '../output/prompter.ts'
import {openTextOutput, type TextOutput} from '../output/text-output.ts'
import type {OpenedService} from '../service/open.ts'
import {VENDORS} from '../vendors/index.ts'
import type {Vendor} from '../vendors/vendor.ts'
import {wasClosed} from './closed-output.ts'
import {createProcessSignals, type Signals} from './signals.ts'

type InputStream = NodeJS.ReadableStream & {isTTY?: boolean}

/**
 * Everything from outside the program. Commands and operations access the machine only through it.
 */
export interface Runtime {
  /** Every vendor that tokenry supports. */
  vendors: readonly Vendor[]
  env: Record<string, string | undefined>
  /** Epoch milliseconds. */
  now(): number
  stdin: InputStream
  stdout: TextOutput
  stderr: TextOutput
  /**
   * Return whether stdout was closed at the start. Writing then succeeds, but no one sees the
   * output.
   */
  stdoutClosed(): boolean
  stderrClosed(): boolean
  /** Replaces the file calls of Node that create a file for a secret. */
  files?: FileCalls
  signals: Signals
  prompter: Prompter
  /** Stores and creates the credentials of contexts. */
  credentials: Credentials
  homeFolder: string
  /** The local user, for the audit trail. */
  userName: string
  /** Return the folders. CONFIG if the environment gives no usable folder. */
  folders(): Folders
  /**
   * Return whether the embedded token service has a store. `openService` creates one if it has not.
   */
  hasStore(): Promise<boolean>
  /** Open the embedded token service. Later calls return the same one; `close` closes it. */
  openService(): Promise<OpenedService>
  /** Return the file of an installation that this run has created; null if it existed before. */
  newInstallation(): Promise<string | null>
  close(): Promise<void>
  /**
   * Return whether the files of the store were removed, replaced or truncated. Do not close such a
   * store: end with process.exit().
   */
  storeLost(): boolean
}

/**
 * Return the runtime of a real process. Objects that Node creates at their first use, such as
 * streams, are created when a command uses them: stdin alone takes 2 ms, and a command that only
 * prints does not need it.
 */
export function createProcessRuntime(): Runtime {
  const {env} = process
  const now = () => Date.now()
  const homeFolder = readHomeFolder(env)
  const userName = once(() => readUserName(env))
  const folders = () => resolveFolders(env, process.platform, homeFolder)
  const stdout = once(() => openTextOutput(1, () => withoutErrorEvents(process.stdout)))
  const stderr = once(() => openTextOutput(2, () => withoutErrorEvents(process.stderr)))
  return {
    vendors: VENDORS,
    env,
    now,
    get stdin() {
      return process.stdin
    },
    get stdout() {
      return stdout()
    },
    get stderr() {
      return stderr()
    },
    get prompter() {
      return createPrompter(this)
    },
    stdoutClosed: () => wasClosed(1),
    stderrClosed: () => wasClosed(2),
    signals: createProcessSignals(env),
    credentials: LAZY_CREDENTIALS,
    homeFolder,
    get userName() {
      return userName()
    },
    folders,
    ...lazyService({vendors: VENDORS, env, folders, homeFolder, now}),
  }
}

/**
 * Return the same runtime with another service, which only reads: nothing is created or changed on
 * the disk. Its `openService` throws NOT_FOUND if there is no store. It has a `close` of its own.
 */
export function onlyReading(runtime: Runtime): Runtime {
  return Object.assign(
    Object.create(runtime) as Runtime,
    lazyService(runtime, async (data) => {
      const {readEmbeddedService} = await import('../service/open.ts')
      const opened = await readEmbeddedService(data, runtime.now)
      if (opened) return opened
      throw new AppError('NOT_FOUND', 'There is no token store', {hint: 'Create a token, which creates the store'})
    }),
  )
}

/**
 * Return functions that open the service at its first use, because loading it takes time. `open`
 * gets the data folder (default: open the service there, and create it if it is missing).
 */
export function lazyService(
  {vendors, env, folders, homeFolder, now}: Pick<Runtime, 'vendors' | 'env' | 'folders' | 'homeFolder' | 'now'>,
  open: (dataFolder: string) => Promise<OpenedService> = async (data) => {
    const {openEmbeddedService} = await import('../service/open.ts')
    const {loadOpenOptions} = await import('../vendors/load-rules.ts')
    return openEmbeddedService(data, now, await loadOpenOptions(vendors))
  },
): Pick<Runtime, 'hasStore' | 'openService' | 'newInstallation' | 'close' | 'storeLost'> {
  let opening: Promise<OpenedService> | undefined
  let storeLost = false
  const opened = () => opening?.catch(() => undefined)
  const findData = () => {
    refuseUnserved(env)
    const {data} = folders()
    // TOKENRY_HOME is a deliberate choice. A home folder of another user was only kept by `sudo`.
    if (env['TOKENRY_HOME'] === undefined) refuseKeptHome(data, homeFolder)
    return data
  }
  return {
    async hasStore() {
      const data = findData()
      const {hasStore} = await import('../service/open.ts')
      return hasStore(data)
    },
    async openService() {
      const data = findData()
      opening ??= open(data).then((opened) => {
        void opened.service.lost.then(() => {
          storeLost = true
        })
        return opened
      })
      return opening
    },
    async newInstallation() {
      const storage = (await opened())?.storage
      return storage?.created ? storage.file : null
    },
    async close() {
      await (await opened())?.service.close()
    },
    storeLost: () => storeLost,
  }
}

/**
 * Throw CONFIG if a database or a master key is configured: a plain file must not be used instead.
 */
function refuseUnserved(env: Runtime['env']): void {
  const name = ['TOKENRY_DATABASE_URL', 'TOKENRY_MASTER_KEY'].find((candidate) => env[candidate] !== undefined)
  if (!name) return
  throw new AppError('CONFIG', `${name} is set, but this version keeps its tokens in a file of its own, unsealed`, {
    hint: `Unset ${name}`,
  })
}

/**
 * Ignore the error events of a stream: output/writer.ts reports a failed write to its caller.
 * Without a listener Node would end the process with a stack trace. The listener that oclif
 * installs when it is loaded (the bundle omits it) throws for everything but EPIPE.
 */
function withoutErrorEvents(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  stream.removeAllListeners('error')
  return stream.on('error', () => {})
}

function once<Value>(make: () => Value): () => Value {
  let made: {value: Value} | undefined
  return () => {
    made ??= {value: make()}
    return made.value
  }
}
