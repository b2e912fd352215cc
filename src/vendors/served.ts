import type {Actor} from '../service/context.ts'
import type {Dialect} from '../service/http/dialect.ts'
import type {TokenService} from '../service/token-service.ts'
import type {Vendor} from './vendor.ts'

/**
 * An API that `service start` can serve. This is cheap to load: the code that serves it is behind
 * `load`.
 */
export interface ServedDialect {
  /** The name in `--dialect`, in JSON and in the ready file. */
  readonly name: string
  /** The name in messages. */
  readonly title: string
  readonly defaultPort: number
  /** The path of the base URL that its clients are given: `/v2`. Absent for none. */
  readonly basePath?: string
  /** Without dashes. */
  readonly portFlag: string
  /**
   * Whether the service must serve this dialect. Clients of such a dialect try the default port
   * first. If another program uses that port, the service does not start, because the clients would
   * send their tokens to that program.
   */
  readonly required: boolean
  load(): Promise<(service: TokenService, now: () => number) => Dialect>
  /** Mint the credential with which a script can create everything else in a new installation. */
  firstCredential(service: TokenService, owner: Actor): Promise<FirstCredential>
  /** Return lines that show a person how to use the API. */
  hintLines(listening: Listening): Promise<string[]>
}

/** Return every API that can be served, in the order in which messages list them. */
export function listServedDialects(vendors: readonly Vendor[]): ServedDialect[] {
  return vendors.flatMap(({name, title, served}) => (served ? [{name, title, ...served}] : []))
}

/** Fields for the ready file, which only its owner can read. */
export interface FirstCredential {
  /** Fields at the top of the file. */
  top?: Record<string, string>
  /** Fields next to the URL of the dialect. */
  own?: Record<string, string>
}

export interface Listening {
  url: string
  port: number
  /** The path of the ready file, if it holds the first credential. */
  credentialFile: string | null
}
