import * as Flags from '@oclif/core/flags'
import type {Deliver} from '../operations/astro/create-token.ts'
import type {TokenResult} from '../operations/astro/token-result.ts'
import {openDelivery} from '../output/delivery.ts'
import {DeploymentCommand} from './deployment-command.ts'
import {textFlag} from './flags.ts'

export const mintFlags = {
  'clean-output': Flags.boolean({char: 'c', description: 'Print the token and nothing else'}),
  output: textFlag('output', {
    description: 'Write the token to a new file of mode 0600 instead; `-` is stdout, without a newline',
    placeholder: 'FILE',
  }),
}

/** What create and rotate share: the secret leaves by one door, and everything said about it goes to stderr. */
export abstract class MintCommand extends DeploymentCommand<TokenResult> {
  #output: string | undefined

  /** Where the secret will go is opened before `mint` makes it, so that what can be refused is refused early. */
  protected async deliverBy(
    output: string | undefined,
    mint: (deliver: Deliver) => Promise<TokenResult>,
  ): Promise<TokenResult> {
    const delivery = openDelivery(this.writer, output)
    this.#output = output
    try {
      return await mint((secret, result) => delivery.deliver(secret, {...result}))
    } finally {
      delivery.close()
    }
  }

  /** The secret, or the document with it, is out already; for a person the rest follows on stderr. */
  protected override async succeed(result: TokenResult): Promise<void> {
    const where = this.#output === undefined || this.#output === '-' ? '' : ` It is in ${this.#output}.`
    const text = await this.render(result, await this.view('stderr'))
    await this.writer.answerBeside(text)
    await this.writer.note(`The token is not shown again.${where}`)
  }
}
