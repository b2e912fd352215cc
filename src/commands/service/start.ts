import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {fileFlag, textFlag} from '../../cli/flags.ts'
import {AppError} from '../../errors/app-error.ts'
import {checkNewFile} from '../../files/new-file.ts'
import {shellPath} from '../../lib/shell-path.ts'
import {withoutTokens} from '../../lib/token-shape.ts'
import {STOP_GRACE_MS, type StartedService, startService} from '../../operations/service/start-service.ts'
import type {RequestLogEntry} from '../../service/http/app.ts'
import {LOOPBACK_ADDRESSES} from '../../service/http/loopback.ts'

/** Where the astro binary looks for a service on `localhost` (contracts/astro.md, section 1). */
const ASTRO_PORT = 8888

export default class ServiceStart extends BaseCommand<StartedService> {
  static override summary = 'Serve the embedded service over HTTP on this machine, until it is stopped'
  static override description =
    'Clients of Astro, its own astro binary first of all, can then use it at http://localhost:8888. It answers to this machine only. SIGINT (Ctrl-C), SIGTERM, SIGHUP and SIGQUIT stop it: requests that are under way are answered, and the exit code is 0.'
  static override flags = {
    port: textFlag('port', {
      description: `Port to listen on, ${ASTRO_PORT} unless given; 0 is any that is free`,
      placeholder: 'NUMBER',
    }),
    ephemeral: Flags.boolean({
      description: 'Serve a new installation that lives in memory and is gone afterwards; needs --ready-file',
    }),
    'ready-file': fileFlag('ready-file', {
      description: 'Write url and ids as JSON to this new file once it listens, with --ephemeral an owner token too',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --ephemeral --port 0 --ready-file ready.json',
  ]

  protected async execute(): Promise<StartedService> {
    const {flags} = await this.parseFlags(this.parse(ServiceStart))
    const {'ready-file': readyFile} = flags
    // Without a default, oclif leaves a flag that was not given undefined.
    const ephemeral = flags.ephemeral === true
    const port = toPort(flags.port)
    if (ephemeral && readyFile === undefined) {
      throw new AppError('USAGE', '--ephemeral needs --ready-file: nobody could get a token of it otherwise', {
        hint: 'Name a new file for url, ids and token: --ready-file FILE',
      })
    }
    if (readyFile !== undefined) checkNewFile(readyFile, '--ready-file')
    return this.#serve({context: flags.context, port, ephemeral, readyFile})
  }

  async #serve(options: Pick<Parameters<typeof startService>[1], 'context' | 'port' | 'ephemeral' | 'readyFile'>) {
    const {promise: stopped, resolve: stop} = Promise.withResolvers<void>()
    const {promise: listening, resolve: listens} = Promise.withResolvers<StartedService>()
    const work = async () => {
      await startService(this.runtime, {
        ...options,
        stopped,
        onListening: async (started) => {
          listens(started)
          await this.#announce(started)
        },
        warn: (text) => this.writer.warn(text),
        onRequest: (entry) => void this.#log(entry),
      })
      return listening
    }
    return this.runtime.signals.hold(work, {
      onStop: (signal) => {
        void this.writer.note(`${signal}: answering what is under way; once more to stop at once`)
        stop()
      },
      waitMs: STOP_GRACE_MS + 2000,
      hint: 'Requests that were under way may have been carried out all the same',
    })
  }

  /** What there is to say was said when it began to listen. */
  protected override async succeed(): Promise<void> {}

  protected render(): string {
    return ''
  }

  /** A script reads the document as soon as it is there, and goes on while the service runs. */
  async #announce(started: StartedService): Promise<void> {
    const {url, addresses} = started
    await this.writer.note(`Listening on ${url} (${addresses.join(' and ')}); Ctrl-C stops it`)
    const absent = LOOPBACK_ADDRESSES.filter((address) => !addresses.includes(address))
    if (absent.length > 0) {
      await this.writer.warn(`This machine has no ${absent.join(' or ')}: only ${addresses.join(' and ')} answers`)
    }
    if (this.writer.mode === 'json') return this.writer.document({ok: true, result: started})
    for (const line of linesOf(started)) await this.writer.note(line)
  }

  async #log({method, path, status, ms, requestId, error}: RequestLogEntry): Promise<void> {
    const line = `${method} ${path} ${status} ${ms.toFixed(1)} ms ${requestId}`
    if (error === undefined) return this.trace(line)
    const reason =
      error instanceof AppError ? withoutTokens(error.message) : 'a fault of tokenry; DEBUG=tokenry:* says more'
    await this.writer.note(`${line}: ${reason}`)
    await this.trace(line)
    await this.traceError(error)
  }
}

function toPort(text: string | undefined): number {
  if (text === undefined) return ASTRO_PORT
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new AppError('USAGE', `--port must be a number from 0 to 65535, not ${text}`, {
    hint: `Write, for example: --port ${ASTRO_PORT}`,
  })
}

function linesOf({url, port, ephemeral, readyFile}: StartedService): string[] {
  const token = ephemeral
    ? `jq -r .token ${shellPath(readyFile ?? '')}`
    : 'tokenry organization token create --context embedded -n astro -r ORGANIZATION_OWNER -e 30 -c'
  return [
    // In two steps, because `export` hides that the first one failed; and with the context, which that variable takes away from tokenry.
    `Let astro use it: ASTRO_API_TOKEN=$(${token}) && export ASTRO_API_TOKEN ASTRO_DOMAIN=localhost`,
    'In that shell, tokenry needs --context embedded from then on',
    ...(port === ASTRO_PORT
      ? []
      : [`astro looks at port ${ASTRO_PORT}, so tell it first: astro config set -g local.core ${url}`]),
  ]
}
