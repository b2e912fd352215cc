import type {Deliver} from '../../operations/tokens/deliver.ts'
import {openDelivery} from '../../output/delivery.ts'
import type {Writer} from '../../output/writer.ts'
import type {Runtime} from '../../runtime/runtime.ts'

export interface MintSecretOptions {
  /** From --output. */
  output: string | undefined
  /** How to see what became of it, should a signal end the wait for the answer. */
  hint: string
}

/**
 * Mint a secret and hand it out. Where it will go is opened before `work` makes it, so that what can
 * be refused is refused early; a signal waits until the secret is out, or is ended again.
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
  const sayThatWeWait = () =>
    void writer.note('Stopping: waiting for the token that is being made, to end it again; once more to stop at once')
  try {
    return await signals.hold(() => work(deliver), {onStop: sayThatWeWait, hint})
  } finally {
    const left = delivery.close()
    if (left) await writer.warn(`${left.message}; there is no token in it. ${left.hint}`, {evenClean: true})
  }
}
