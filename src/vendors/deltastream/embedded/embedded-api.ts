import {toRfc3339} from '../../../lib/rfc3339.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {GRACE_MAX_MS} from '../../../service/tokens/grace.ts'
import type {Principal} from '../../principal.ts'
import type {ReplaceOptions} from '../../token-port.ts'
import type {ApiVersion, DeltaStreamApi, ResultSet, StatementRequest} from '../api.ts'
import type {
  DeltaStreamCapabilities,
  DeltaStreamSecretFinding,
  DetailedDeltaStreamToken,
  EndedDeltaStreamToken,
  StagedDeltaStreamRenewal,
} from '../capabilities.ts'
import {requireSuccess} from '../sql-errors.ts'
import {DELTASTREAM_POLICY} from './policy.ts'
import {toBatchAnswer, toFailedResult} from './result-sets.ts'
import {runBatch} from './run-batch.ts'
import {findTokenBySecret} from './secrets.ts'
import {SqlFailure} from './sql-failure.ts'
import {showTokens} from './token-details.ts'
import {dropToken, listTokens, openSession, readOwnTokens, referToToken, type Session, wordGone} from './tokens.ts'

/** The version of the API (contracts/deltastream.md, section 1). */
const API_VERSION: ApiVersion = {major: 2, minor: 0, patch: 0}

/** The DeltaStream API, with everything else that the embedded service can do. */
export interface EmbeddedDeltaStream extends DeltaStreamApi, DeltaStreamCapabilities {
  /** Run a request and return the result of each statement that ran, in order. */
  runAll(request: StatementRequest): Promise<ResultSet[]>
}

/**
 * Return the DeltaStream API, implemented by the token service, for one principal and with
 * DeltaStream's policy (contracts/deltastream.md, sections 3 and 4).
 */
export function embeddedDeltaStreamApi(service: TokenService, principal: Principal): EmbeddedDeltaStream {
  return new EmbeddedApi(service, principal)
}

class EmbeddedApi implements EmbeddedDeltaStream {
  readonly #service: TokenService
  readonly #principal: Principal

  constructor(service: TokenService, principal: Principal) {
    this.#service = service
    this.#principal = principal
  }

  runAll(request: StatementRequest): Promise<ResultSet[]> {
    return runBatch(this.#service, this.#principal, request)
  }

  async run(request: StatementRequest): Promise<ResultSet> {
    return toBatchAnswer(await this.runAll(request))
  }

  async getVersion(): Promise<ApiVersion> {
    return API_VERSION
  }

  async listTokenDetails(): Promise<DetailedDeltaStreamToken[]> {
    const session = await this.#openSession()
    return showTokens(session, await listTokens(session))
  }

  async listEndedTokens(): Promise<EndedDeltaStreamToken[]> {
    const session = await this.#openSession()
    const ended = await readOwnTokens(session, 'deleted')
    const sorted = ended.sort((a, b) => (a.deletedAt ?? 0) - (b.deletedAt ?? 0))
    const shown = await showTokens(
      session,
      sorted.map((token) => ({token, lastUsedAt: token.lastUsedAt})),
    )
    return shown.map((token, index) => ({...token, endedAt: toRfc3339(sorted[index]?.deletedAt ?? 0)}))
  }

  async beginRenewal(name: string, {graceMs, endAllValues}: ReplaceOptions): Promise<StagedDeltaStreamRenewal> {
    return this.#worded(async () => {
      const session = await this.#openSession()
      const reference = {...(await referToToken(session, name)), graceMs, endAllValues}
      const staged = await this.#service
        .beginRotation(DELTASTREAM_POLICY, session.principal.actor, reference)
        .catch(wordGone(name))
      const show = async (token: typeof staged.token): Promise<DetailedDeltaStreamToken> => {
        const [shown] = await showTokens(session, [{token, lastUsedAt: null}])
        if (!shown) throw new Error('showTokens returns one token for each row')
        return shown
      }
      return {
        secret: staged.secret,
        token: await show(staged.token),
        finish: async () => show(await staged.finish()),
        undo: () => staged.undo(),
      }
    })
  }

  readonly graceMaxMs = GRACE_MAX_MS

  async dropUnusedToken(name: string, {unusedForMs}: {unusedForMs: number}): Promise<void> {
    await this.#worded(async () => dropToken(await this.#openSession(), name, {unusedForMs}))
  }

  findTokenBySecret(secret: string): Promise<DeltaStreamSecretFinding> {
    return findTokenBySecret(this.#service, secret)
  }

  #openSession(): Promise<Session> {
    return openSession(this.#service, this.#principal)
  }

  /** Turn a failure into the error that a statement with this failure has. */
  async #worded<Result>(work: () => Promise<Result>): Promise<Result> {
    return work().catch((err: unknown) => {
      if (!(err instanceof SqlFailure)) throw err
      requireSuccess(toFailedResult(err, {context: {}, nowMs: this.#service.now()}), {mints: false})
      throw err
    })
  }
}
