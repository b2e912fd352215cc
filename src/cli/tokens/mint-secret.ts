import {AppError} from '../../errors/app-error.ts'
import type {Deliver} from '../../operations/tokens/deliver.ts'
import {openDelivery} from '../../output/delivery.ts'
import type {Writer} from '../../output/writer.ts'
import type {Runtime} from '../../runtime/runtime.ts'

export interface MintSecretOptions {
  /** From --output. */
  output: string | undefined
  /** How to look up the result, if a signal ends the wait for the answer. */
  hint: string
}

/**
 * Mint a secret and deliver it. The destination is opened before `work` mints, so that errors come
 * early. A signal waits until the secret is delivered or ended again. If it was delivered although
 * a signal came, this throws CANCELLED or TERMINATED after that.
 */
export async function mintSecret<Made>(
  {runtime, writer}: {runtime: Runtime; writer: Writer},
  {output, hint}: MintSecretOptions,
  work: (deliver: Deliver<object>) => Promise<Made>,
): Promise<Made> {
  const {signals, files} = runtime
  const delivery = await openDelivery(writer, {output, files})
  let deliveredAnyway = false
  const deliver: Deliver<object> = async (secret, result, {afterSignal}) => {
    if (afterSignal === 'refuse') signals.refuseWhenStopped()
    await delivery.deliver(secret, {...result})
    deliveredAnyway = afterSignal === 'deliver'
  }
  const noteThatWeWait = () =>
    void writer.note('Stopping: waiting for the answer first; send the signal again to stop immediately')
  try {
    const made = await signals.hold(() => work(deliver), {onStop: noteThatWeWait, hint, mints: true})
    if (deliveredAnyway) refuseAfterDelivery(signals)
    return made
  } finally {
    const left = delivery.close()
    if (left) await writer.warn(`${left.message}; it does not contain a token. ${left.hint}`, {evenClean: true})
  }
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
