import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {fileFlag, textFlag} from '../../cli/flags.ts'
import {dialectFlags, readDialectFlags} from '../../cli/service/dialect-flags.ts'
import {AppError} from '../../errors/app-error.ts'
import {withoutTokens} from '../../lib/token-shape.ts'
import {
  type ServedForPeople,
  STOP_GRACE_MS,
  type StartedService,
  startService,
} from '../../operations/service/start-service.ts'
import type {RequestLog, RequestLogEntry} from '../../service/http/app.ts'
import {LOOPBACK_ADDRESSES} from '../../service/http/loopback.ts'
import {VENDORS} from '../../vendors/index.ts'
import {listServedDialects} from '../../vendors/served.ts'

const SERVED = listServedDialects(VENDORS)

const PROCESSES_MAX = 64

const PLACES = SERVED.map(
  ({title, defaultPort, basePath = ''}) => `${title} at http://localhost:${defaultPort}${basePath}`,
).join(', ')

export default class ServiceStart extends BaseCommand<StartedService | null> {
  static override summary = 'Serve the embedded service over HTTP on this machine, until it is stopped'
  static override description =
    `Unmodified clients of a vendor can then use it: ${PLACES}. It accepts connections only from this machine. SIGINT (Ctrl-C), SIGTERM, SIGHUP and SIGQUIT stop it: requests in progress are answered, and the exit code is 0.`
  static override flags = {
    ...dialectFlags(SERVED),
    ephemeral: Flags.boolean({
      description: 'Serve a new installation that exists only in memory; needs --ready-file',
    }),
    processes: textFlag('processes', {
      description: `Number of processes that answer requests, 1 to ${PROCESSES_MAX} (default: 1)`,
      placeholder: 'NUMBER',
    }),
    'ready-file': fileFlag('ready-file', {
      description:
        'Write url and ids as JSON to this new file when the service listens; with --ephemeral also an owner token',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --ephemeral --port 0 --ready-file ready.json',
  ]

  /** Return null in a process that the first one has started. */
  protected async execute(): Promise<StartedService | null> {
    const {flags} = await this.parseFlags(this.parse(ServiceStart))
    const {'ready-file': readyFile} = flags
    // Without a default, oclif leaves a flag undefined if it was not given.
    const ephemeral = flags.ephemeral === true
    const ports = readDialectFlags(listServedDialects(this.runtime.vendors), flags)
    if (ephemeral && readyFile === undefined) {
      throw new AppError('USAGE', '--ephemeral needs --ready-file: without it, no one can get a token', {
        hint: 'Name a new file for url, ids and token: --ready-file FILE',
      })
    }
    const processes = readProcesses(flags.processes)
    if (ephemeral && processes > 1) {
      throw new AppError('USAGE', '--ephemeral has one process: only it has the data in its memory', {
        hint: 'Leave out --processes',
      })
    }
    return this.#serve({context: flags.context, ports, ephemeral, readyFile}, processes)
  }

  async #serve(
    chosen: Pick<Parameters<typeof startService>[1], 'context' | 'ports' | 'ephemeral' | 'readyFile'>,
    processes: number,
  ) {
    const {promise: stopped, resolve: stop} = Promise.withResolvers<void>()
    let result: StartedService | null = null
    const work = async () => {
      const options = {
        ...chosen,
        stopped,
        onListening: async (started: StartedService, dialects: readonly ServedForPeople[]) => {
          result = started
          await this.#announce(started, dialects)
        },
        warn: (text: string) => this.writer.warn(text),
        onRequest: ((describe, {error}) => {
          if (error !== undefined || this.tracer) void this.#log(describe())
        }) satisfies RequestLog,
      }
      if (processes === 1) await startService(this.runtime, options)
      else {
        const {startProcesses} = await import('../../operations/service/start-processes.ts')
        const onReplace = (how: string) => void this.writer.note(`A process has ended (${how}); another one is started`)
        await startProcesses(this.runtime, {...options, processes, onReplace})
      }
      return result
    }
    return this.runtime.signals.hold(work, {
      onStop: (signal) => {
        const note = `${signal}: answering the requests in progress; send it again to stop immediately`
        // Of several processes, only the first one has a result and says it.
        if (processes === 1 || result) void this.writer.note(note)
        stop()
      },
      waitMs: STOP_GRACE_MS + 1000,
      hint: 'Requests that were in progress may have been carried out nevertheless',
    })
  }

  /** Print nothing at the end: everything was printed when the service began to listen. */
  protected override async succeed(): Promise<void> {}

  protected render(): string {
    return ''
  }

  /**
   * Print where the service listens. A script reads the document immediately, and goes on while the
   * service runs.
   */
  async #announce(started: StartedService, dialects: readonly ServedForPeople[]): Promise<void> {
    for (const {title, url, addresses} of dialects) {
      await this.writer.note(`Listening on ${url} for ${title} (${addresses.join(' and ')}); Ctrl-C stops it`)
    }
    const {addresses} = started
    const absent = LOOPBACK_ADDRESSES.filter((address) => !addresses.includes(address))
    if (absent.length > 0) {
      await this.writer.warn(`This machine has no ${absent.join(' or ')}: only ${addresses.join(' and ')} answers`)
    }
    if (this.writer.mode === 'json') return this.writer.document({ok: true, result: started})
    for (const line of dialects.flatMap(({hints}) => hints)) await this.writer.note(line)
  }

  async #log(entry: RequestLogEntry): Promise<void> {
    const {method, path, status, ms, requestId, error} = entry
    const line = `${method} ${path} ${status} ${ms.toFixed(1)} ms ${requestId}`
    if (error === undefined) return this.trace(line)
    const reason =
      error instanceof AppError ? withoutTokens(error.message) : 'a bug in tokenry; set DEBUG=tokenry:* to see more'
    await this.writer.note(`${line}: ${reason}`)
    await this.trace(line)
    await this.traceError(error)
  }
}

/** Return the number of processes; USAGE if it is not one from 1 to PROCESSES_MAX. */
function readProcesses(text: string | undefined): number {
  if (text === undefined) return 1
  if (/^[1-9]\d?$/.test(text) && Number(text) <= PROCESSES_MAX) return Number(text)
  throw new AppError('USAGE', `--processes must be a number from 1 to ${PROCESSES_MAX}, not ${text}`, {
    hint: 'Write, for example: --processes 2',
  })
}
