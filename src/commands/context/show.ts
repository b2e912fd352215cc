import {ContextCommand} from '../../cli/context/context-command.ts'
import {renderTargets} from '../../cli/context/target-view.ts'
import {vendorFlag} from '../../cli/context/vendor-flag.ts'
import {optionalArgument} from '../../cli/flags.ts'
import {showContext, showTargets} from '../../operations/context/show-context.ts'
import type {TargetResult} from '../../operations/context/target-result.ts'
import type {HumanView} from '../../output/human-view.ts'
import {VENDORS} from '../../vendors/index.ts'

export default class ContextShow extends ContextCommand<TargetResult[]> {
  static override summary = 'Show a context, or where the commands of each vendor go now'
  static override description =
    'Each fact has the flag, the variable or the file that it comes from. The credential itself is neither read nor shown, and no credential command runs.'
  static override args = {name: optionalArgument('Name of the context (default: what is current)', 'context')}
  static override flags = {
    vendor: vendorFlag(VENDORS, {description: 'Vendor, if several have the name; without a name, only this vendor'}),
  }
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> prod']

  protected override readonly readsClock = false

  protected async execute(): Promise<TargetResult[]> {
    const {args, flags} = await this.parseFlags(this.parse(ContextShow))
    const vendor = this.readVendor(flags.vendor)
    const warn = (text: string) => this.writer.warn(text)
    if (args.name !== undefined) {
      this.refuseContextFlag(flags)
      return showContext(this.runtime, {name: args.name, vendor}, warn)
    }
    return showTargets(this.runtime, {context: flags.context, vendor}, warn)
  }

  protected render(targets: TargetResult[], ui: HumanView): string {
    return renderTargets(targets, ui)
  }
}
