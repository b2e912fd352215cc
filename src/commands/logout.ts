import {ContextCommand} from '../cli/context/context-command.ts'
import {vendorFlag} from '../cli/context/vendor-flag.ts'
import {type SignedOut, signOut} from '../operations/context/sign-out.ts'
import type {HumanView} from '../output/human-view.ts'
import {VENDORS} from '../vendors/index.ts'

export default class Logout extends ContextCommand<SignedOut> {
  static override summary = 'Remove the stored credential of a context'
  static override description =
    'The context stays, and so does the token at the vendor. Without --context: the current context of the vendor, else the one with its name.'
  static override flags = {
    vendor: vendorFlag(VENDORS, {description: 'Vendor to sign out of (default: the only one)'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --context prod',
  ]

  protected override readonly readsClock = false

  protected async execute(): Promise<SignedOut> {
    const {flags} = await this.parseFlags(this.parse(Logout))
    const vendor = this.readVendor(flags.vendor)
    const name = this.readContextName(flags)
    if (name !== undefined) return signOut(this.runtime, {name, vendor})
    return signOut(this.runtime, {vendor: vendor ?? (await this.chooseVendor(this.runtime.vendors))})
  }

  protected render({context, vendor, removedFrom}: SignedOut, ui: HumanView): string {
    const owner = context === null ? vendor : `the context ${context}`
    if (removedFrom === null) return ui.done(`Nothing is stored for ${owner}`)
    return ui.done(`The token of ${owner} was removed from the ${removedFrom}; it stays valid at the vendor`)
  }
}
