import type {VendorTool} from '../config/vendor-tool.ts'
import type {LifetimeRule} from '../lib/lifetime.ts'
import type {Actor} from '../service/context.ts'
import type {VendorSeed} from '../service/seeds.ts'
import type {TokenView} from '../service/store/store.ts'
import type {TokenService} from '../service/token-service.ts'
import type {TokenPolicy} from '../service/tokens/policy.ts'
import type {ServedDialect} from './served.ts'
import type {TokenPort, TokenRecord} from './token-port.ts'

/**
 * A vendor as everything sees it that is not about one vendor. An entry is loaded at each start, so what only some commands need
 * is behind `import()`.
 */
export interface Vendor {
  /** In settings, in the store and in the names of folders: `astro`. */
  readonly name: string
  /** In messages: `Astro`. */
  readonly title: string
  /** The vendor's own tool on this machine: its traces decide where commands go. */
  readonly tool: VendorTool
  /** Keys in settings of the places where its commands work: `workspace`. */
  readonly places: readonly string[]
  /** Which lifetimes its tokens can have. */
  readonly lifetime: LifetimeRule
  /** Return the commands that manage a token of this vendor in the embedded service. */
  findCommands(token: TokenView): Promise<TokenCommands>
  /** Open a token of this vendor in the embedded service. NOT_FOUND if it is gone. */
  openToken(service: TokenService, actor: Actor, token: TokenView): Promise<OpenedToken>
  /** Rules for this vendor's tokens in the embedded service. */
  loadPolicy(): Promise<TokenPolicy>
  /** Whether workspaces and deployments are its: its policy makes their ids, and those of organizations. One vendor has them. */
  readonly hasDirectory: boolean
  /** How `service start` serves its API; absent if it cannot. */
  readonly served?: Omit<ServedDialect, 'name' | 'title'>
  /** What it adds to each store once, before the store is used; absent for nothing. Runs as `VendorSeed.run` says. */
  readonly seed?: VendorSeed['run']
  /** Rules for roles that a person adds to the embedded service; absent if only the vendor's own roles exist. */
  readonly loadCustomRoles?: () => Promise<CustomRoleRules>
  /** Rules for people in the embedded service; absent if the vendor knows no people. */
  readonly loadPeople?: () => Promise<PeopleRules>
}

/** A token of the embedded service, for what works on a token of any vendor. */
export interface OpenedToken {
  record: TokenRecord
  /** To the tokens of the same owner. */
  port: TokenPort<TokenRecord, never>
  readAgain(): Promise<TokenRecord>
  /**
   * Return the variable by which commands are signed in with this token; null if they are not. CONFIG if that cannot be judged.
   */
  findOwnVariable(env: NodeJS.ProcessEnv): string | null
}

/** Command lines that a person can paste, with every flag that leads to the same token or its owner. */
export interface TokenCommands {
  /** What the vendor calls the token, in a sentence: `API token`. */
  noun: string
  /** Replace the token by a new one with the same id; null for a kind of token for which the vendor cannot do that. */
  rotate: string | null
  /** Any other command about the tokens of the same owner: `list`, `create`. */
  command(words: string): string
}

export interface CustomRoleRules {
  /** The type of the entities on which tokens can hold such a role. */
  scopeType: string
  /** Return whether the vendor has a role of this name, in any case. */
  isBuiltIn(name: string): boolean
  /** Return the command that lists the tokens of an organization with their roles. */
  listHoldersCommand(organizationId: string): string
}

export interface PeopleRules {
  /** The kind of the accounts that are people. */
  accountKind: string
  /** Return the form in which two e-mail addresses of one person are equal. */
  foldEmail(email: string): string
}
