import type {Actor} from '../service/context.ts'
import type {Dialect} from '../service/http/dialect.ts'
import type {TokenService} from '../service/token-service.ts'
import type {Vendor} from './vendor.ts'

/** What `service start` knows of an API that it can serve. Cheap to load: what serves it is behind `load`. */
export interface ServedDialect {
  /** In `--dialect`, in JSON and in the ready file. */
  readonly name: string
  /** In messages. */
  readonly title: string
  readonly defaultPort: number
  /** Without dashes. */
  readonly portFlag: string
  /**
   * Its clients look at the default port first. If another program has that port, the service does
   * not start without this dialect: that program would get the tokens.
   */
  readonly required: boolean
  load(): Promise<(service: TokenService, now: () => number) => Dialect>
  /** Mint what a script needs to make everything else in a new installation. */
  firstCredential(service: TokenService, owner: Actor): Promise<FirstCredential>
  /** Return lines for a person who wants to use it. */
  hintLines(listening: Listening): Promise<string[]>
}

/** Every API that can be served, in the order of messages. */
export function listServedDialects(vendors: readonly Vendor[]): ServedDialect[] {
  return vendors.flatMap(({name, title, served}) => (served ? [{name, title, ...served}] : []))
}

/** Fields of the ready file, which only its owner can read. */
export interface FirstCredential {
  /** At the top of the file. */
  top?: Record<string, string>
  /** Next to the URL of the dialect. */
  own?: Record<string, string>
}

export interface Listening {
  url: string
  port: number
  /** The ready file, if the first credential is in it. */
  credentialFile: string | null
}
