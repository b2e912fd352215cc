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
 * early. A signal waits until the secret is delivered or ended again.
 */
export async function mintSecret<Made>(
  {runtime, writer}: {runtime: Runtime; writer: Writer},
  {output, hint}: MintSecretOptions,
  work: (deliver: Deliver<object>) => Promise<Made>,
): Promise<Made> {
  const {signals, files} = runtime
  const delivery = await openDelivery(writer, {output, files})
  const deliver: Deliver<object> = async (secret, result, {afterSignal}) => {
    if (afterSignal === 'refuse') signals.refuseWhenStopped()
    await delivery.deliver(secret, {...result})
  }
  const noteThatWeWait = () =>
    void writer.note('Stopping: waiting for the new token, to end it again; send the signal again to stop immediately')
  try {
    return await signals.hold(() => work(deliver), {onStop: noteThatWeWait, hint})
  } finally {
    const left = delivery.close()
    if (left) await writer.warn(`${left.message}; it does not contain a token. ${left.hint}`, {evenClean: true})
  }
}
