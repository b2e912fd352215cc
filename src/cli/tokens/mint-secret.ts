import {AppError} from '../../errors/app-error.ts'
import {capitalise} from '../../lib/capitalise.ts'
import type {Deliver} from '../../operations/tokens/deliver.ts'
import {type DeliveryForm, openDelivery} from '../../output/delivery.ts'
import type {Writer} from '../../output/writer.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {noteThatWeWait} from '../note-that-we-wait.ts'

export interface MintSecretOptions {
  /** From --output. */
  output: string | undefined
  /** The flag that led to this file, for messages. Default: `--output`. */
  outputFlag?: string
  /** How stdout gets the secret, if not alone. */
  form?: DeliveryForm
  /** How to look up the result, if a signal ends the wait for the answer. */
  hint: string
  /**
   * Return how to end the new token, for its id or its name, if a signal ends the wait after the
   * answer. Absent if `work` creates no token.
   */
  endHint?(key: string): string
}

/**
 * Mint a secret and deliver it. The destination is opened before `work` mints, so that errors come
 * early. A signal waits until the secret is delivered or ended again. If it was delivered although
 * a signal came, this throws CANCELLED or TERMINATED after that. UNDELIVERED if the wait ends while
 * a new token is ended again.
 */
export async function mintSecret<Made>(
  {runtime, writer}: {runtime: Runtime; writer: Writer},
  options: MintSecretOptions,
  work: (deliver: Deliver<object>) => Promise<Made>,
): Promise<Made> {
  const {signals, files} = runtime
  const delivery = await openDelivery(writer, {...pickDestination(options), files})
  const progress: Progress = {delivered: false, abandoned: false}
  let deliveredAnyway = false
  const deliver: Deliver<object> = async (secret, result, {afterSignal}) => {
    progress.minted = result
    progress.isOldEnded = afterSignal === 'deliver'
    if (afterSignal === 'refuse') signals.refuseWhenStopped()
    await delivery.deliver(secret, {...result})
    progress.delivered = true
    deliveredAnyway = afterSignal === 'deliver'
  }
  try {
    const made = await signals.hold(() => work(deliver), {
      onStop: () => noteThatWeWait(writer),
      onAbandon: () => {
        progress.abandoned = true
      },
      hint: options.hint,
      mints: true,
    })
    if (deliveredAnyway) refuseAfterDelivery(signals)
    return made
  } catch (err) {
    throw wordStop(err, {...progress, ...options})
  } finally {
    const left = delivery.close()
    if (left) await writer.warn(`${left.message}; it does not contain a token. ${left.hint}`, {evenClean: true})
  }
}

function pickDestination({output, outputFlag, form}: MintSecretOptions) {
  return {output, outputFlag, form}
}

interface Progress {
  /** From the answer on. */
  minted?: object & {id?: string; name?: string}
  /** Whether the new secret has replaced the old one already. */
  isOldEnded?: boolean
  delivered: boolean
  /** Whether a signal ended the wait for `work`. */
  abandoned: boolean
}

/** Return the error of a stop in words that say how far the work had come. */
function wordStop(
  err: unknown,
  {minted, isOldEnded, delivered, abandoned, endHint, hint}: Progress & MintSecretOptions,
): unknown {
  if (!(err instanceof AppError)) return err
  if (!minted && (err.code === 'CANCELLED' || err.code === 'TERMINATED')) {
    return new AppError(err.code, `${capitalise(err.message)}; no secret was created`, err.details)
  }
  if (abandoned && isOldEnded && !delivered) {
    const message = 'The new secret was not written out before the command was stopped; the old one has ended'
    return new AppError('UNDELIVERED', message, {cause: err, hint})
  }
  // A vendor without ids has unique names.
  const key = minted?.id ?? minted?.name
  if (!abandoned || delivered || key === undefined || !endHint) return err
  const message = `The new token ${key} was not written out, and the command was stopped before it was ended again`
  return new AppError('UNDELIVERED', message, {cause: err, hint: endHint(key)})
}

/** The vendor ended the old secret before the signal came, so the new one had to be written out. */
function refuseAfterDelivery(signals: Runtime['signals']): void {
  try {
    signals.refuseWhenStopped()
  } catch (err) {
    if (!(err instanceof AppError)) throw err
    throw new AppError(err.code, `The new secret is written out; then ${err.message}`, err.details)
  }
}
