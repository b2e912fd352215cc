import {ContextCommand} from '../../cli/context/context-command.ts'
import {vendorFlag} from '../../cli/context/vendor-flag.ts'
import {optionalArgument} from '../../cli/flags.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import type {ContextResult} from '../../operations/context/context-result.ts'
import {useContext} from '../../operations/context/use-context.ts'
import type {HumanView} from '../../output/human-view.ts'
import {VENDORS} from '../../vendors/index.ts'

export default class ContextUse extends ContextCommand<ContextResult> {
  static override summary = 'Make a context the current one of its vendor'
  static override description =
    'Commands of the vendor then work there, unless --context, TOKENRY_CONTEXT or a credential in a variable names another place. A context of embedded becomes the current one of every vendor, or of --vendor.'
  static override args = {name: optionalArgument('Name of the context', 'context')}
  static override flags = {
    vendor: vendorFlag(VENDORS, {description: 'Vendor, if several have the name, or for a context of embedded'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> prod',
    `<%= config.bin %> <%= command.id %> ${EMBEDDED}`,
  ]

  protected override readonly readsClock = false

  protected async execute(): Promise<ContextResult> {
    const {args, flags} = await this.parseFlags(this.parse(ContextUse))
    this.refuseContextFlag(flags)
    const vendor = this.readVendor(flags.vendor)
    const wanted = await this.readContext(args.name, vendor, {verb: 'use', builtIn: true})
    return useContext(this.runtime, wanted, (text) => this.writer.warn(text))
  }

  protected render({name, currentFor}: ContextResult, ui: HumanView): string {
    return ui.done(`${name} is now the current context for ${currentFor.join(', ')}`)
  }
}
