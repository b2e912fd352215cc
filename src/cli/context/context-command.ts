import {contextFromEnvironment} from '../../config/context.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import {AppError} from '../../errors/app-error.ts'
import type {ContextResult} from '../../operations/context/context-result.ts'
import {listContexts} from '../../operations/context/list-contexts.ts'
import {checkVendorName} from '../../operations/context/vendor-names.ts'
import type {Choice} from '../../output/prompter.ts'
import type {Vendor} from '../../vendors/vendor.ts'
import {BaseCommand} from '../base-command.ts'

/** The base of the commands that work on a context. */
export abstract class ContextCommand<Result> extends BaseCommand<Result> {
  /** Return the vendor of --vendor. USAGE if there is no such vendor. `embedded` counts as one. */
  protected readVendor(given: string | undefined): string | undefined {
    if (given !== undefined) checkVendorName(this.runtime.vendors, given)
    return given
  }

  /** Throw USAGE if --context is given to a command whose argument names the context. */
  protected refuseContextFlag({context}: {context?: string | undefined}): void {
    if (context === undefined) return
    throw new AppError('USAGE', 'The argument names the context, so --context has no meaning here', {
      hint: 'Leave --context out, and give the name as the argument',
    })
  }

  /**
   * Return the name in --context, or else in TOKENRY_CONTEXT; undefined for none. If --vendor is
   * given, the variable does not count: a flag takes precedence.
   */
  protected readContextName(flags: {context?: string | undefined; vendor?: string | undefined}): string | undefined {
    if (flags.context !== undefined || flags.vendor !== undefined) return flags.context
    return contextFromEnvironment(this.runtime.env)
  }

  /**
   * Return the context that the argument names, or the chosen one. If no question may be asked,
   * throw USAGE.
   */
  protected async readContext(
    name: string | undefined,
    vendor: string | undefined,
    {verb, builtIn}: {verb: string; builtIn: boolean},
  ): Promise<{name: string; vendor?: string | undefined}> {
    if (name !== undefined) return {name, vendor}
    return this.ask('NAME', async (prompter) => {
      const contexts = await listContexts(this.runtime)
      const choices = contexts
        .filter((context) => builtIn || context.name !== EMBEDDED)
        .filter((context) => vendor === undefined || [vendor, EMBEDDED].includes(context.vendor))
        .map((context) => this.#toChoice(context, vendor))
      if (choices.length === 0) {
        throw new AppError('NOT_FOUND', `There is no context to ${verb}`, {
          hint: 'Add one with: tokenry context add NAME',
        })
      }
      return prompter.select({message: `Which context to ${verb}?`, choices})
    })
  }

  #toChoice({name, vendor}: ContextResult, asked: string | undefined): Choice<{name: string; vendor?: string}> {
    const chosen = vendor === EMBEDDED ? asked : vendor
    return {name, value: chosen === undefined ? {name} : {name, vendor: chosen}, description: vendor}
  }

  /** Ask which of these vendors, if there are several. */
  protected async chooseVendor(vendors: readonly Vendor[]): Promise<string> {
    const choices = vendors.map(({name, title}) => ({name: title, value: name}))
    const [only] = choices
    if (only && choices.length === 1) return only.value
    return this.ask('--vendor', (prompter) => prompter.select({message: 'Which vendor?', choices}))
  }
}
