import {ContextCommand} from '../../cli/context/context-command.ts'
import {vendorFlag} from '../../cli/context/vendor-flag.ts'
import {optionalArgument} from '../../cli/flags.ts'
import type {ContextResult} from '../../operations/context/context-result.ts'
import {removeContext} from '../../operations/context/remove-context.ts'
import type {HumanView} from '../../output/human-view.ts'
import {VENDORS} from '../../vendors/index.ts'

export default class ContextRemove extends ContextCommand<ContextResult> {
  static override summary = 'Remove a context, and the credential that is stored for it'
  static override description = 'The token itself stays valid at the vendor.'
  static override args = {name: optionalArgument('Name of the context', 'own context')}
  static override flags = {
    vendor: vendorFlag(VENDORS, {description: 'Vendor, if several have the name', embedded: true}),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> prod']

  protected override readonly readsClock = false

  protected async execute(): Promise<ContextResult> {
    const {args, flags} = await this.parseFlags(this.parse(ContextRemove))
    this.refuseContextFlag(flags)
    const vendor = this.readVendor(flags.vendor)
    const wanted = await this.readContext(args.name, vendor, {verb: 'remove', builtIn: false})
    return removeContext(this.runtime, wanted)
  }

  protected render({name, credential, currentFor}: ContextResult, ui: HumanView): string {
    const place = credential?.origin === undefined ? null : credential.from
    return [
      ui.done(`Context ${name} was successfully removed`),
      ...(place === null ? [] : [ui.done(`Its token was removed from the ${place}, and stays valid at the vendor`)]),
      ...(currentFor.length === 0
        ? []
        : [ui.done(`No context is current for ${currentFor.join(', ')} now: commands go to the embedded service`)]),
    ].join('\n')
  }
}
