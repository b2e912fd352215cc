import {EMBEDDED} from '../../config/context-settings.ts'
import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenView} from '../../service/store/store.ts'
import {type RecognisedSecret, recogniseSecret} from '../../vendors/recognise-secret.ts'
import type {OpenedToken, TokenCommands, Vendor} from '../../vendors/vendor.ts'
import {markGone} from '../ignore-gone.ts'
import {type Installation, openInstallation} from '../service/open-embedded.ts'
import type {FieldChange, PlannedChange} from '../tokens/change-plan.ts'
import type {Warn} from '../tokens/deliver.ts'
import {describeGone, endToken, refuseUsed} from '../tokens/end-token.ts'

/** The token that is revoked. */
interface NamedToken {
  id: string
  name: string
  vendor: string
  scope: string
  /** The id of the entity that the token belongs to. */
  entityId: string
  organizationId: string
}

export interface RevokedToken extends NamedToken {
  /** RFC 3339. */
  revokedAt: string
}

/** What revoking would do, for --dry-run. */
export interface RevokePlan extends NamedToken {
  dryRun: true
  action: 'revoke'
  changes: FieldChange[]
}

interface RevokeOptions {
  context?: string | undefined
  secret: string
  /** Allow a token that commands sign in with. */
  self: boolean
  /** Refuse a token that was used within this many milliseconds. */
  unusedForMs?: number | undefined
  warn: Warn
}

export interface PlannedRevoke extends PlannedChange<RevokePlan, RevokedToken> {
  /** For use in a sentence: `API token`. */
  noun: string
  /** RFC 3339; null if it was never used, undefined if the vendor does not report it. */
  lastUsedAt: string | null | undefined
}

/**
 * Plan to end a token of any vendor in this installation, found by its secret.
 *
 * @throws AppError USAGE if the secret is not a token or is damaged. NOT_FOUND if it is not in use
 * here, with `details.gone` unless it may be in use elsewhere. CHECK_FAILED if it was used within
 * `unusedForMs`.
 */
export async function planRevoke(
  runtime: Runtime,
  {context, secret, self, unusedForMs, warn}: RevokeOptions,
): Promise<PlannedRevoke> {
  const installation = await openInstallation(runtime, context)
  const {service, actor, vendors} = installation
  const token = requireLive(
    await recogniseSecret(
      service,
      secret,
      vendors.map(({name}) => name),
    ),
  )
  const vendor = requireVendor(installation, token)
  const commands = await vendor.findCommands(service, token)
  const opened = await markGone(describeGone(commands, token), vendor.openToken(service, actor, token))
  requireSelf(opened, {runtime, commands, allowed: self})
  const words = {noun: commands.noun, where: `the context ${EMBEDDED}`, command: commands.command}
  const {record, port, readAgain} = opened
  if (unusedForMs !== undefined) refuseUsed(words, record, {unusedForMs, now: runtime.now()})
  const named = nameToken(token)
  const changes = [{field: 'token', before: record.fragment === undefined ? null : `…${record.fragment}`, after: null}]
  return {
    noun: commands.noun,
    lastUsedAt: record.lastUsedAt,
    plan: {dryRun: true, action: 'revoke', ...named, changes},
    async apply() {
      await endToken({port, words}, {token: record, unusedForMs, readAgain, now: runtime.now, warn})
      return {...named, revokedAt: toRfc3339(runtime.now())}
    },
  }
}

/** Return the token. An expired token still exists, so it can be ended. */
function requireLive({state, token}: RecognisedSecret): TokenView {
  if (state === 'malformed') {
    throw new AppError('USAGE', 'The input is not a token', {
      hint: 'Give the whole token, without quotes and without Bearer',
    })
  }
  if (state === 'damaged' || state === 'forged') {
    const message =
      state === 'damaged'
        ? `The input names token ${token?.id}, but is not one of its secrets`
        : 'The token was created here, but was changed since'
    throw new AppError('USAGE', message, {hint: 'Is it cut off? Give the whole token'})
  }
  if (token && (state === 'valid' || state === 'expired')) return token
  // Not marked as gone: another installation or service may accept it.
  if (state === 'not ours') {
    throw new AppError('NOT_FOUND', 'The token is not ours: another installation or service issued it', {
      hint: 'This command ends tokens of this installation only; end one of a vendor with a command such as: tokenry deployment token delete --token-file FILE',
    })
  }
  throw new AppError('NOT_FOUND', `The token is not in use here (${state})`, {
    hint: 'Check it with tokenry token verify and the same --token-file',
    gone: {wanted: token?.id ?? null},
  })
}

function requireVendor({vendors}: Installation, token: TokenView): Vendor {
  const vendor = vendors.find(({name}) => name === token.vendor)
  if (vendor) return vendor
  throw new AppError('NOT_FOUND', `Token ${token.id} is of ${token.vendor}, which this version does not support`, {
    hint: 'Use the version of tokenry that created it',
  })
}

function requireSelf(
  {record, findOwnVariable}: OpenedToken,
  {runtime, commands, allowed}: {runtime: Runtime; commands: TokenCommands; allowed: boolean},
): void {
  const variable = allowed ? null : findOwnVariable(runtime.env)
  if (variable === null) return
  throw new AppError(
    'USAGE',
    `The ${commands.noun} ${record.name} is the one that you are signed in with (${variable})`,
    {
      hint: 'To end it anyway, add --self',
    },
  )
}

function nameToken({id, name, vendor, scope, ownerId, organizationId}: TokenView): NamedToken {
  return {id, name, vendor, scope, entityId: ownerId, organizationId}
}
