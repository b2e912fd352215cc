import {AppError} from '../../errors/app-error.ts'
import {findMaxLifetimeMs, lifetimeRange} from '../../lib/lifetime.ts'
import {relativeTime} from '../../lib/relative-time.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenView} from '../../service/store/store.ts'
import type {TokenService} from '../../service/token-service.ts'
import {toVerifiedToken, type VerifiedToken} from '../../service/tokens/verified-token.ts'
import type {InvalidReason, Verdict} from '../../service/tokens/verify.ts'
import type {Vendor} from '../../vendors/vendor.ts'
import {openInstallation} from '../service/open-embedded.ts'

/**
 * Verify a token of any vendor with the embedded service. CHECK_FAILED, with the verdict as the
 * result, if it is not valid or ends within `validForMs`.
 */
export async function verifyToken(
  runtime: Runtime,
  options: {context?: string | undefined; secret: string; validForMs?: number | undefined},
): Promise<VerifiedToken> {
  const {service} = await openInstallation(runtime, options.context)
  const verdict = await service.verify(options.secret)
  const verified = toVerifiedToken(verdict, service.installation.issuer)
  const now = runtime.now()
  if (!verdict.valid) {
    const hint = verdict.reason === 'not ours' ? FOREIGN_HINT : undefined
    throw checkFailed(`The token is not valid: ${explain(verdict, now)}`, verified, hint)
  }
  const {endsAt, value} = verdict
  if (options.validForMs !== undefined && endsAt !== null && endsAt < now + options.validForMs) {
    const result: VerifiedToken = {...verified, reason: 'ends too soon'}
    throw checkFailed(
      `The token is valid, but ends ${relativeTime(endsAt, now)}, sooner than required`,
      result,
      value.state === 'grace'
        ? 'It was rotated and works until its grace ends: use the newer token'
        : await findHint(runtime.vendors, {service, token: verdict.token}, options.validForMs),
    )
  }
  return verified
}

const FOREIGN_HINT =
  'This command verifies tokens of this installation only; see what another one claims with: tokenry token inspect'

function explain(verdict: Extract<Verdict, {valid: false}>, now: number): string {
  const when = verdict.endedAt === null ? '' : ` ${relativeTime(verdict.endedAt, now)}`
  const words: Record<InvalidReason, string> = {
    malformed: 'malformed, it is not a JWT',
    'not ours': 'not ours, another installation or service issued it',
    unknown: 'unknown, this installation has no such token',
    expired: `expired${when}`,
    rotated: `rotated${when}, a newer secret replaced it`,
    undelivered: `created by a rotation that was not finished, and ended${when}`,
    deleted: `deleted${when}`,
  }
  return words[verdict.reason]
}

/**
 * Return the command that gets a token with a longer life. A rotated token gets the full lifetime
 * of this one again. Undefined for a vendor that this version does not support.
 */
async function findHint(
  vendors: readonly Vendor[],
  {service, token}: {service: TokenService; token: TokenView},
  validForMs: number,
): Promise<string | undefined> {
  const vendor = vendors.find(({name}) => name === token.vendor)
  if (!vendor) return undefined
  const {title, lifetime} = vendor
  const {noun, rotate, command} = await vendor.findCommands(service, token)
  const create = command('create')
  if (findMaxLifetimeMs(lifetime) < validForMs) {
    return `No ${noun} of ${title} can live that long (${lifetimeRange(lifetime)}); create one that ends later with: ${create}`
  }
  if (rotate === null) return `Create another one with: ${create}`
  return token.lifetimeMs === null || token.lifetimeMs >= validForMs
    ? `Rotate it with: ${rotate}`
    : `After a rotation, it would not live that long either; create a token with a longer lifetime: ${create}`
}

function checkFailed(message: string, result: VerifiedToken, hint?: string): AppError {
  return new AppError('CHECK_FAILED', message, {...(hint === undefined ? {} : {hint}), result})
}
