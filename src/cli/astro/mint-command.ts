import * as Flags from '@oclif/core/flags'
import type {Deliver} from '../../operations/astro/create-token.ts'
import {commandFor, type TokenEntity} from '../../operations/astro/entity.ts'
import type {TokenResult} from '../../operations/astro/token-result.ts'
import {openDelivery} from '../../output/delivery.ts'
import {fileFlag} from '../flags.ts'
import {EntityCommand} from './entity-command.ts'

export const mintFlags = {
  'clean-output': Flags.boolean({char: 'c', description: 'Print the token and nothing else'}),
  output: fileFlag('output', {
    description: 'Write the token to a new file of mode 0600 instead; `-` is stdout, without a newline',
  }),
}

/** What create and rotate share: the secret leaves by one door, and everything said about it goes to stderr. */
export abstract class MintCommand<Result> extends EntityCommand<TokenResult | Result> {
  #output: string | undefined
  #minted = false

  /** Where the secret will go is opened before `mint` makes it, so that what can be refused is refused early. */
  protected async deliverBy(
    {output, entity}: {output: string | undefined; entity: TokenEntity},
    mint: (deliver: Deliver) => Promise<TokenResult>,
  ): Promise<TokenResult> {
    const {signals, files} = this.runtime
    const delivery = await openDelivery(this.writer, {output, files})
    this.#output = output
    this.#minted = true
    const deliver: Deliver = async (secret, result, {undoable} = {undoable: false}) => {
      if (undoable) signals.refuseWhenStopped()
      await delivery.deliver(secret, {...result})
    }
    const hint = `It may have been done all the same: see with: ${commandFor(entity, 'list')}`
    try {
      return await signals.hold(() => mint(deliver), {onStop: () => this.#sayThatWeWait(), hint})
    } finally {
      const left = delivery.close()
      if (left) await this.writer.warn(`${left.message}; there is no token in it. ${left.hint}`, {evenClean: true})
    }
  }

  #sayThatWeWait(): void {
    void this.writer.note(
      'Stopping: waiting for the token that is being made, to end it again; once more to stop at once',
    )
  }

  /** The secret, or the document with it, is out already; for a person the rest follows on stderr. */
  protected override async succeed(result: TokenResult | Result): Promise<void> {
    if (!this.#minted) return super.succeed(result)
    const where = this.#output === undefined || this.#output === '-' ? '' : ` It is in ${this.#output}.`
    const text = await this.render(result, await this.view('stderr'))
    await this.writer.answerBeside(text)
    await this.writer.note(`The token is not shown again.${where}`)
  }
}
