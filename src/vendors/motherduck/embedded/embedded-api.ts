import type {AccountRow, StoreSession, TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {GRACE_MAX_MS} from '../../../service/tokens/grace.ts'
import type {Principal} from '../../principal.ts'
import type {ReplaceOptions} from '../../token-port.ts'
import type {
  CreateTokenBody,
  DucklingsConfig,
  MotherDuckApi,
  MotherDuckMintedToken,
  MotherDuckToken,
  TokensAnswer,
} from '../api.ts'
import type {
  DetailedMotherDuckToken,
  EndedMotherDuckToken,
  MotherDuckCapabilities,
  MotherDuckSecretFinding,
  MotherDuckTokenDetails,
  StagedMotherDuckRotation,
  UnusedGuard,
} from '../capabilities.ts'
import {parseCreateTokenBody, parseDucklingsConfig} from '../validate.ts'
import {formatSettings, readDucklings, withDefaults} from './accounts.ts'
import {MOTHERDUCK_POLICY, USER_SCOPE} from './policy.ts'
import {type Caller, findTarget, noUser, readCaller, refuseOtherPerson, requireReadWrite} from './principal.ts'
import {findTokenBySecret} from './secrets.ts'
import {endedAt, showEnded, showTokens} from './token-details.ts'
import {findByIdOrName, listTokensOf, noToken} from './user-tokens.ts'
import {type UsersApi, usersApi} from './users.ts'

/** The MotherDuck API, with everything else that the embedded service can do. */
export type EmbeddedMotherDuck = MotherDuckApi & MotherDuckCapabilities

/**
 * Return the MotherDuck API, implemented by the token service, for one principal and with
 * MotherDuck's policy (contracts/motherduck.md, sections 1 to 5). Each call checks in this order:
 * the type of the caller's token, the body, whether the target exists, the permission on it.
 */
export function embeddedMotherDuckApi(service: TokenService, principal: Principal): EmbeddedMotherDuck {
  return Object.assign(new EmbeddedTokens(service, principal), usersApi(service, principal))
}

type MintedWithDetails = MotherDuckMintedToken & MotherDuckTokenDetails

class EmbeddedTokens implements Omit<EmbeddedMotherDuck, keyof UsersApi> {
  readonly #service: TokenService
  readonly #principal: Principal

  constructor(service: TokenService, principal: Principal) {
    this.#service = service
    this.#principal = principal
  }

  async createToken(username: string, body: CreateTokenBody): Promise<MotherDuckMintedToken> {
    return this.#createToken(username, body, {uniqueName: false})
  }

  async createUniqueToken(username: string, body: CreateTokenBody): Promise<MintedWithDetails> {
    return this.#createToken(username, body, {uniqueName: true})
  }

  async #createToken(
    username: string,
    body: CreateTokenBody,
    {uniqueName}: {uniqueName: boolean},
  ): Promise<MintedWithDetails> {
    requireReadWrite(this.#principal)
    const {name, ttl, token_type: kind = 'read_write', description = ''} = parseCreateTokenBody(body)
    const account = await this.#findManaged(this.#service.read, username)
    if (uniqueName) await this.#freeName(account, name)
    const {secret, token} = await this.#service.issue(MOTHERDUCK_POLICY, this.#principal.actor, {
      organizationId: account.organizationId,
      scope: USER_SCOPE,
      ownerId: account.id,
      kind,
      name,
      description,
      lifetimeMs: ttl === undefined ? null : ttl * 1000,
      roles: [],
      uniqueName,
      allow: (session) => this.#requireSameUser(session, username, account),
    })
    return {...(await this.#show(account, token)), token: secret}
  }

  /** An expired token is not listed. But in the store it has its name until it is deleted. */
  async #freeName(account: AccountRow, name: string): Promise<void> {
    const now = this.#service.now()
    for (const token of await listTokensOf(this.#service.read, account)) {
      if (token.name === name && endedAt(token, now) !== null) await this.#delete(account, token.id, {})
    }
  }

  async listTokens(username: string): Promise<TokensAnswer> {
    return {tokens: await this.listLiveTokens(username)}
  }

  async listLiveTokens(username: string): Promise<DetailedMotherDuckToken[]> {
    const account = await this.#findUser(username)
    const now = this.#service.now()
    const rows = (await listTokensOf(this.#service.read, account)).filter((row) => endedAt(row, now) === null)
    return showTokens(this.#service.read, account, {rows, now})
  }

  async listEndedTokens(username: string): Promise<EndedMotherDuckToken[]> {
    const account = await this.#findUser(username)
    const {read} = this.#service
    const rows = [...(await listTokensOf(read, account)), ...(await listTokensOf(read, account, 'deleted'))]
    return showEnded(read, account, {rows, now: this.#service.now()})
  }

  async deleteToken(username: string, idOrName: string): Promise<void> {
    await this.#deleteToken(username, idOrName, {})
  }

  async deleteUnusedToken(username: string, tokenId: string, {unusedForMs}: UnusedGuard): Promise<void> {
    await this.#deleteToken(username, tokenId, {unusedForMs})
  }

  async #deleteToken(username: string, idOrName: string, guard: Partial<UnusedGuard>): Promise<void> {
    requireReadWrite(this.#principal)
    const {read} = this.#service
    const caller = await readCaller(this.#service, read, this.#principal)
    const account = await findTarget(read, caller, username)
    // Whether the token exists is checked before the permission on its owner.
    const {id} = await findByIdOrName(read, account, {idOrName, now: this.#service.now()})
    refuseOtherPerson(caller, account)
    await this.#delete(account, id, guard)
  }

  async #delete(account: AccountRow, tokenId: string, {unusedForMs}: Partial<UnusedGuard>): Promise<void> {
    await this.#service.delete(MOTHERDUCK_POLICY, this.#principal.actor, {
      organizationId: account.organizationId,
      tokenId,
      unusedForMs,
      allow: (session) => this.#requireSameUser(session, account.name, account),
    })
  }

  async beginRotation(
    username: string,
    tokenId: string,
    {graceMs, endAllValues}: ReplaceOptions = {},
  ): Promise<StagedMotherDuckRotation> {
    requireReadWrite(this.#principal)
    const account = await this.#findManaged(this.#service.read, username)
    const staged = await this.#service.beginRotation(MOTHERDUCK_POLICY, this.#principal.actor, {
      graceMs,
      endAllValues,
      organizationId: account.organizationId,
      tokenId,
      allow: async (session, token) => {
        await this.#requireSameUser(session, username, account)
        const isLive = token.ownerId === account.id && endedAt(token, this.#service.now()) === null
        if (!isLive) throw noToken(tokenId)
      },
    })
    return {
      token: {...(await this.#show(account, staged.token)), token: staged.secret},
      finish: async () => this.#show(account, await staged.finish()),
      undo: () => staged.undo(),
    }
  }

  readonly graceMaxMs = GRACE_MAX_MS

  findTokenBySecret(secret: string): Promise<MotherDuckSecretFinding> {
    return findTokenBySecret(this.#service, secret)
  }

  async findSelf(): Promise<string | null> {
    const {account} = await this.#readCaller(this.#service.read)
    return account?.name ?? null
  }

  async getDucklings(username: string): Promise<DucklingsConfig> {
    return readDucklings(await this.#findUser(username))
  }

  async setDucklings(username: string, config: DucklingsConfig): Promise<DucklingsConfig> {
    requireReadWrite(this.#principal)
    const ducklings = withDefaults(parseDucklingsConfig(config))
    const {read} = this.#service
    const account = await findTarget(read, await this.#readCaller(read), username)
    await this.#service.updateAccount(MOTHERDUCK_POLICY, this.#principal.actor, {
      organizationId: account.organizationId,
      accountId: account.id,
      settings: formatSettings(account, ducklings),
      allow: async (session) => {
        await findTarget(session, await this.#readCaller(session), username)
      },
    })
    return ducklings
  }

  /** Return a user whom the caller may read. */
  async #findUser(username: string): Promise<AccountRow> {
    requireReadWrite(this.#principal)
    const {read} = this.#service
    return findTarget(read, await this.#readCaller(read), username)
  }

  /** Return a user for whom the caller may create tokens. */
  async #findManaged(session: StoreSession, username: string): Promise<AccountRow> {
    const caller = await this.#readCaller(session)
    const account = await findTarget(session, caller, username)
    refuseOtherPerson(caller, account)
    return account
  }

  /** Throw NOT_FOUND if the user was deleted, also if a new one has got the name since. */
  async #requireSameUser(session: StoreSession, username: string, {id}: AccountRow): Promise<void> {
    if ((await this.#findManaged(session, username)).id !== id) throw noUser(username)
  }

  #readCaller(session: StoreSession): Promise<Caller> {
    return readCaller(this.#service, session, this.#principal)
  }

  async #show(account: AccountRow, token: TokenView): Promise<MotherDuckToken & MotherDuckTokenDetails> {
    const [shown] = await showTokens(this.#service.read, account, {rows: [token], now: this.#service.now()})
    if (!shown) throw new Error('showTokens returns one token for each row')
    return shown
  }
}
