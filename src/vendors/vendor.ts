import type {ToolSource, VendorTool} from '../config/vendor-tool.ts'
import type {LifetimeRule} from '../lib/lifetime.ts'
import type {Actor} from '../service/context.ts'
import type {VendorSeed} from '../service/seeds.ts'
import type {AccountRow, TokenView} from '../service/store/store.ts'
import type {TokenService} from '../service/token-service.ts'
import type {TokenPolicy} from '../service/tokens/policy.ts'
import type {HttpMachine, HttpTarget} from './http.ts'
import type {ServedDialect} from './served.ts'
import type {TokenPort, TokenRecord} from './token-port.ts'

/**
 * A vendor, for code that works with every vendor. An entry is loaded at each start, so parts that
 * only some commands need are behind `import()`.
 */
export interface Vendor {
  /** The name in settings, in the store and in the names of folders: `astro`. */
  readonly name: string
  /** The name in messages: `Astro`. */
  readonly title: string
  /** The traces of the vendor's own tool on this machine. They decide where commands go. */
  readonly tool: VendorTool
  /** The places of its commands, which a context can name. */
  readonly places: readonly VendorPlace[]
  /** Load how its API is reached. Absent if it cannot: only the embedded service answers for it. */
  readonly loadApi?: () => Promise<VendorApi>
  /** Reads a context of the vendor's own tool. Absent if there is none that can be read. */
  readonly importContext?: ContextImport
  /** The lifetimes that its tokens can have. */
  readonly lifetime: LifetimeRule
  /** Return the commands that manage a token of this vendor in the embedded service. */
  findCommands(service: TokenService, token: TokenView): Promise<TokenCommands>
  /** Open a token of this vendor in the embedded service. NOT_FOUND if it is gone. */
  openToken(service: TokenService, actor: Actor, token: TokenView): Promise<OpenedToken>
  /**
   * Open all tokens of this vendor in an organization of the embedded service, to list them. See
   * `WithTokensOptions.use`. The caller is the owner of the store.
   */
  openEmbeddedTokens(service: TokenService, actor: Actor, organizationId: string): Promise<readonly TokenList[]>
  /** Rules for this vendor's tokens in the embedded service. */
  loadPolicy(): Promise<TokenPolicy>
  /**
   * Whether workspaces and deployments belong to this vendor. Its policy creates their ids and
   * those of organizations. Exactly one vendor has them.
   */
  readonly hasDirectory: boolean
  /** How `service start` serves its API. Absent if it cannot. */
  readonly served?: Omit<ServedDialect, 'name' | 'title'>
  /**
   * Adds the vendor's first rows to each organization, once, before it is used. See
   * `VendorSeed.run`.
   */
  readonly seed?: VendorSeed['run']
  /**
   * Rules for custom roles in the embedded service. Absent if only the vendor's own roles exist.
   */
  readonly loadCustomRoles?: () => Promise<CustomRoleRules>
  /**
   * Create a person whom the vendor's own API cannot create, in the embedded service. CONFLICT with
   * the reason `name-taken`. Absent if the vendor has no such people.
   */
  readonly createMember?: (service: TokenService, actor: Actor, member: NewMember) => Promise<AccountRow>
  /** Rules for people in the embedded service. Absent if the vendor has no people. */
  readonly loadPeople?: () => Promise<PeopleRules>
}

export interface VendorPlace {
  /** The field in settings: `workspace`. */
  readonly key: string
  /** The flag that names it, without dashes: `workspace-id`. */
  readonly flag: string
  /** What the flag does, for help. */
  readonly description: string
}

/** How the API of a vendor is reached, and what its credentials say. */
export interface VendorApi {
  /** The whole base URL of the vendor's own API. */
  readonly defaultUrl: string
  /** Return the base URL that a person typed. CONFIG unless it is https, or http on loopback. */
  checkUrl(url: string): URL
  /**
   * Return the base URL that the vendor's own variables name; null if none is set. CONFIG for a
   * host that is neither the vendor's nor loopback: a variable may come from a repository.
   */
  findUrl(env: Record<string, string | undefined>): {url: URL; source: string} | null
  /**
   * Return what a credential says of itself, before it is sent anywhere. UNAUTHENTICATED if it is
   * malformed or has expired; CONFIG if it is a token of a tokenry installation and the URL leads
   * to the vendor.
   */
  readCredential(secret: string, use: CredentialUse): CredentialFacts
  /**
   * Send the cheapest request that needs the credential. UNAUTHENTICATED if the vendor refuses it.
   * `warning` is for a credential that is valid but can do little.
   */
  signIn(target: HttpTarget, machine: HttpMachine): Promise<{warning?: string}>
  /**
   * Call `use` with all tokens that the credential can see, and return its result. They can be read
   * until it ends.
   */
  withTokens<Result>(target: HttpTarget, machine: HttpMachine, options: WithTokensOptions<Result>): Promise<Result>
}

interface WithTokensOptions<Result> {
  /** Ids by the key of the place, from the context, else from the credential. */
  places: Partial<Record<string, string>>
  /** Gets what a person should know about an answer. */
  warn(text: string): Promise<void>
  /** Each token is in one list. The list of an owner who is deleted meanwhile is empty. */
  use(lists: readonly TokenList[]): Promise<Result>
}

/** The part of a port that only lists. */
export type TokenList = Pick<TokenPort<ListedRecord, never>, 'list' | 'listEnded'>

export interface ListedRecord extends TokenRecord {
  /** The role that the token holds on its owner. Absent for a vendor whose tokens hold none. */
  role?: string
}

export interface CredentialUse {
  /** What it comes from, for messages: `ASTRO_API_TOKEN`. */
  source: string
  /** How to replace it. Absent for a variable, whose name is `source`. */
  fix?: string | undefined
  baseUrl: URL
  /** Epoch milliseconds. */
  now: number
}

/** What a credential says of itself. Nothing of it is proven. */
export interface CredentialFacts {
  tokenId?: string | undefined
  /** Whom the credential is for, if it does not name its token: the token, or a person. */
  subject?: string | undefined
  name?: string | undefined
  /** RFC 3339; null for a token that never ends. */
  expiresAt: string | null
  issuer?: string | undefined
  /** Ids by the key of the place. */
  places: Partial<Record<string, string>>
}

interface ContextImport {
  /** The flag, without dashes: `from-astro`. */
  readonly flag: string
  readonly description: string
  /**
   * Read the context that the tool uses. CONFIG if there is none, or if its file is damaged. The
   * file does not change.
   */
  read(source: ToolSource): Promise<ImportedContext>
}

export interface ImportedContext {
  apiUrl?: string
  /** Ids by the key of the place. */
  places: Partial<Record<string, string>>
}

/** A token of the embedded service, for commands that work on a token of any vendor. */
export interface OpenedToken {
  record: TokenRecord
  /** The port to the tokens of the same owner. */
  port: TokenPort<TokenRecord, never>
  readAgain(): Promise<TokenRecord>
  /**
   * Return the variable that holds this token, so that commands sign in with it; null if there is
   * none. CONFIG if that cannot be decided.
   */
  findOwnVariable(env: NodeJS.ProcessEnv): string | null
}

/**
 * Command lines that a person can paste. They have every flag that selects this token or its owner.
 */
export interface TokenCommands {
  /** The vendor's word for the token, for use in a sentence: `API token`. */
  noun: string
  /**
   * The command that gives the token a new secret. Null if the vendor cannot do that for this kind.
   */
  rotate: string | null
  /** Return another command for the tokens of the same owner: `list`, `create`. */
  command(words: string): string
}

interface NewMember {
  organizationId: string
  email: string
  /** Undefined for the vendor's default. */
  name: string | undefined
  admin: boolean
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
