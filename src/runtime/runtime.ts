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

/** Everything that comes from outside. Commands and operations reach the machine through it and through nothing else. */
export interface Runtime {
  /** Every vendor that there is. */
  vendors: readonly Vendor[]
  env: Record<string, string | undefined>
  /** Epoch milliseconds. */
  now(): number
  stdin: InputStream
  stdout: TextOutput
  stderr: TextOutput
  /** Nobody will ever see what is written to stdout, though writing succeeds. */
  stdoutClosed(): boolean
  stderrClosed(): boolean
  /** How a file for a secret is made, if not by the calls of Node. */
  files?: FileCalls
  signals: Signals
  prompter: Prompter
  homeFolder: string
  /** Who sits at this machine, for the audit trail. */
  userName: string
  /** CONFIG when the environment gives no usable folder. */
  folders(): Folders
  /** Open the embedded token service, once; `close` ends it. */
  openService(): Promise<OpenedService>
  /** The file of an installation that this run has made; null when it was there before. */
  newInstallation(): Promise<string | null>
  close(): Promise<void>
  /** The files of the store were removed, replaced or truncated. It must not be closed, so end with process.exit(). */
  storeLost(): boolean
}

/**
 * The runtime of a real process. What Node makes at the first look at it, such as a stream, it makes when a command looks: stdin
 * alone takes 2 ms, and a command that only prints needs none.
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
 * Opens the service at the first need: most of what it brings is not free. `open` gets the data
 * folder; without it, the service is created if it is missing.
 */
export function lazyService(
  {vendors, env, folders, homeFolder, now}: Pick<Runtime, 'vendors' | 'env' | 'folders' | 'homeFolder' | 'now'>,
  open: (dataFolder: string) => Promise<OpenedService> = async (data) => {
    const {openEmbeddedService} = await import('../service/open.ts')
    const {loadOpenOptions} = await import('../vendors/load-rules.ts')
    return openEmbeddedService(data, now, await loadOpenOptions(vendors))
  },
): Pick<Runtime, 'openService' | 'newInstallation' | 'close' | 'storeLost'> {
  let opening: Promise<OpenedService> | undefined
  let storeLost = false
  const opened = () => opening?.catch(() => undefined)
  return {
    async openService() {
      refuseUnserved(env)
      const {data} = folders()
      // TOKENRY_HOME is a choice; a home folder that is not root's was only kept.
      if (env['TOKENRY_HOME'] === undefined) refuseKeptHome(data, homeFolder)
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

/** Whoever asks for a database or a sealed key must not get a plain file instead. */
function refuseUnserved(env: Runtime['env']): void {
  const name = ['TOKENRY_DATABASE_URL', 'TOKENRY_MASTER_KEY'].find((candidate) => env[candidate] !== undefined)
  if (!name) return
  throw new AppError('CONFIG', `${name} is set, but this version keeps its tokens in a file of its own, unsealed`, {
    hint: `Unset ${name}`,
  })
}

/**
 * A failed write is reported to whoever wrote (output/writer.ts). Without a listener Node would end the process with a stack
 * trace, and the one that oclif installs while it is loaded (the bundle leaves it out) throws for everything but EPIPE.
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
