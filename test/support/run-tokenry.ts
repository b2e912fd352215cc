import {EventEmitter} from 'node:events'
import fs from 'node:fs'
import {join} from 'node:path'
import {PassThrough, Writable} from 'node:stream'
import {LAZY_CREDENTIALS} from '../../src/config/credentials/lazy.ts'
import type {Credentials} from '../../src/config/credentials/types.ts'
import {resolveFolders} from '../../src/config/folders.ts'
import type {FileCalls} from '../../src/files/new-file.ts'
import {main} from '../../src/main.ts'
import {lazyService, type Runtime} from '../../src/runtime/runtime.ts'
import {createSignals, type Signals} from '../../src/runtime/signals.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import {VENDORS} from '../../src/vendors/index.ts'
import type {Vendor} from '../../src/vendors/vendor.ts'
import {type ScriptedAnswer, scriptedPrompter} from './scripted-prompter.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The time at which tests run by default: noon, so that no day ends during a test. */
export const TEST_NOW = Date.parse('2026-11-22T12:00:00.000Z')

export interface RunOptions {
  /** TOKENRY_HOME of the run. */
  home: string
  env?: Record<string, string>
  /** Whether stdin, stdout and stderr are terminals. */
  tty?: boolean
  /**
   * The answers of a person, in order. An unexpected question, or an answer that is not needed,
   * fails the test.
   */
  answers?: ScriptedAnswer[]
  stdin?: string | Buffer
  nowMs?: number
  /** Called at the first write to stdout, which then never ends, as into a full pipe. */
  stdoutStalls?: () => void
  /** System error code of every write to stdout, such as EPIPE. */
  stdoutFails?: string
  columns?: number
  stdoutClosed?: boolean
  /** System error code of every write to stderr after the first `after` writes. */
  stderrFails?: {code: string; after: number}
  stderrClosed?: boolean
  /** File system calls that replace the real ones, for the files that contain a secret. */
  files?: Partial<FileCalls>
  /** The source of the signals of the run. */
  signals?: EventEmitter
  /** How long to wait for an answer after a signal, in milliseconds. */
  answerWaitMs?: number
  /** Replace the stores of credentials. Default: real files and commands, and no keychain. */
  credentials?: Partial<Credentials>
  /** Gets every pause of the run, in milliseconds. Without it, the run really pauses. */
  waits?: number[]
  /** Vendors that replace those of the program. */
  vendors?: readonly Vendor[]
  /** Replace the real service by another one. */
  fakeService?: (real: TokenService) => TokenService
}

export interface Run {
  exitCode: number
  stdout: string
  stderr: string
}

/**
 * Run a command line in this process: the real program with the real store, but with the streams,
 * the clock and the answers of the test.
 */
export async function runTokenry(argv: string[], options: RunOptions): Promise<Run> {
  const {stdoutFails, stderrFails} = options
  const stdout = new CollectingStream(options, stdoutFails && {code: stdoutFails, after: 0}, options.stdoutStalls)
  const stderr = new CollectingStream(options, stderrFails)
  const prompter = scriptedPrompter(options.answers ?? [])
  const {exitCode} = await main(argv, createTestRuntime(options, {stdout, stderr, prompter}), ROOT)
  prompter.verify()
  return {exitCode, stdout: stdout.text(), stderr: stderr.text()}
}

/** Return the result from the document of --json. */
export function resultOf<Result = Record<string, unknown>>(run: Run): Result {
  return JSON.parse(run.stdout).result
}

/**
 * Return signals that stop a running command. The signal is sent as soon as the command listens for
 * it.
 */
export function stopSoon(signal = 'SIGTERM'): EventEmitter {
  const signals = new EventEmitter()
  signals.on('newListener', (listened) => {
    if (listened === signal) void afterTurns(SIGNAL_AFTER_TURNS).then(() => signals.emit(signal, signal))
  })
  return signals
}

/** To create and open a store takes a few turns of the event loop. */
const SIGNAL_AFTER_TURNS = 50

async function afterTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate)
}

function createTestRuntime(
  options: RunOptions,
  parts: Pick<Runtime, 'prompter'> & {stdout: CollectingStream; stderr: CollectingStream},
): Runtime {
  const env = {TOKENRY_HOME: options.home, ...options.env}
  const now = () => options.nowMs ?? TEST_NOW
  const folders = () => resolveFolders(env, 'linux', options.home)
  const vendors = options.vendors ?? VENDORS
  return {
    ...parts,
    vendors,
    env,
    now,
    stdin: inputOf(options),
    homeFolder: options.home,
    userName: 'tester',
    folders,
    stdoutClosed: () => options.stdoutClosed ?? false,
    stderrClosed: () => options.stderrClosed ?? false,
    files: {...fs, ...options.files},
    credentials: {...WITHOUT_KEYCHAIN, ...options.credentials},
    signals: signalsOf(options),
    ...serviceOf(options, lazyService({vendors, env, folders, homeFolder: options.home, now})),
  }
}

/** CI keeps tests away from the keychain of the person who runs them. */
const WITHOUT_KEYCHAIN: Credentials = {
  ...LAZY_CREDENTIALS,
  saveCredential: (place, ...given) => LAZY_CREDENTIALS.saveCredential(inCi(place), ...given),
  readStoredCredential: (place, ...given) => LAZY_CREDENTIALS.readStoredCredential(inCi(place), ...given),
  removeCredential: (place, ...given) => LAZY_CREDENTIALS.removeCredential(inCi(place), ...given),
}

function inCi<Place extends {env: Record<string, string | undefined>}>(place: Place): Place {
  return {...place, env: {...place.env, CI: 'true'}}
}

function signalsOf({signals = new EventEmitter(), answerWaitMs: waitMs, waits}: RunOptions): Signals {
  const created = createSignals(signals, {waitMs})
  return waits ? Object.assign(created, {pause: async (ms: number) => void waits.push(ms)}) : created
}

function serviceOf<Parts extends Pick<Runtime, 'openService'>>({fakeService}: RunOptions, parts: Parts): Parts {
  if (!fakeService) return parts
  return {
    ...parts,
    async openService() {
      const opened = await parts.openService()
      return {...opened, service: fakeService(opened.service)}
    },
  }
}

function inputOf({stdin = '', tty = false}: RunOptions): Runtime['stdin'] {
  const stream = new PassThrough()
  stream.end(stdin)
  return Object.assign(stream, {isTTY: tty})
}

class CollectingStream extends Writable {
  readonly isTTY: boolean
  readonly columns: number
  readonly #failure: RunOptions['stderrFails']
  #chunks: Buffer[] = []
  readonly #stalls: (() => void) | undefined
  #writes = 0

  constructor({tty = false, columns = 120}: RunOptions, failure: RunOptions['stderrFails'] | '', stalls?: () => void) {
    super()
    this.#stalls = stalls
    this.isTTY = tty
    this.columns = columns
    this.#failure = failure || undefined
    this.on('error', () => {})
  }

  override _write(chunk: Buffer, _encoding: string, done: (err?: Error) => void): void {
    if (this.#stalls) {
      this.#stalls()
      return
    }
    this.#writes += 1
    if (this.#failure && this.#writes > this.#failure.after) {
      done(Object.assign(new Error('write failed'), {code: this.#failure.code}))
      return
    }
    this.#chunks.push(chunk)
    done()
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}
