import {ContextCommand} from '../../cli/context/context-command.ts'
import {contextFacts} from '../../cli/context/context-view.ts'
import {importFlags, placeFlags, readImport, readPlaces} from '../../cli/context/place-flags.ts'
import {vendorFlag} from '../../cli/context/vendor-flag.ts'
import {optionalArgument, textFlag} from '../../cli/flags.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import type {ContextCredential} from '../../config/credentials/types.ts'
import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import {addContext} from '../../operations/context/add-context.ts'
import {findNameFault} from '../../operations/context/context-name.ts'
import type {ContextResult} from '../../operations/context/context-result.ts'
import type {HumanView} from '../../output/human-view.ts'
import {VENDORS} from '../../vendors/index.ts'

const [FIRST] = VENDORS

export default class ContextAdd extends ContextCommand<ContextResult> {
  static override summary = 'Add a context: a name for a place where commands work'
  static override description =
    'The name must be new for its vendor. A context of embedded serves the commands of every vendor. The credential comes from `tokenry login`, from a variable or from a command.'
  static override args = {name: optionalArgument('Name of the new context')}
  static override flags = {
    vendor: vendorFlag(VENDORS, {description: 'Vendor whose commands it is for', embedded: true}),
    'api-url': textFlag('api-url', {
      description: 'Whole base URL of the API, for a service that is not at the vendor; https, or http on this machine',
      placeholder: 'URL',
    }),
    'credential-env': textFlag('credential-env', {
      description: 'Variable that holds the credential, for this context only',
      placeholder: 'VARIABLE',
    }),
    'credential-command': textFlag('credential-command', {
      description: 'Command that prints the credential; it runs without a shell, for at most 30 seconds',
      placeholder: 'COMMAND',
    }),
    ...importFlags(VENDORS),
    ...placeFlags(VENDORS),
  }
  static override examples = [
    `<%= config.bin %> <%= command.id %> prod --vendor ${FIRST?.name}`,
    `<%= config.bin %> <%= command.id %> ci --vendor ${FIRST?.name} --api-url https://tokens.example.com/v1 --credential-env CI_TOKEN`,
    `<%= config.bin %> <%= command.id %> prod --vendor ${FIRST?.name} --credential-command 'op read op://vault/prod/token'`,
    `<%= config.bin %> <%= command.id %> staging --vendor ${EMBEDDED}`,
  ]

  protected async execute(): Promise<ContextResult> {
    const {args, flags} = await this.parseFlags(this.parse(ContextAdd))
    this.refuseContextFlag(flags)
    const {vendors} = this.runtime
    const credential = readCredential(flags)
    const imported = readImport(vendors, flags)
    const given = this.readVendor(flags.vendor)
    if (imported && given !== undefined && given !== imported.name) {
      throw new AppError(
        'USAGE',
        `--${imported.importContext?.flag} reads a context of ${imported.name}, not of ${given}`,
        {
          hint: `Leave --vendor out, or give --vendor ${imported.name}`,
        },
      )
    }
    const name = args.name ?? (await this.#askName())
    const vendor = given ?? imported?.name ?? (await this.#askVendor())
    const places = readPlaces(vendors, vendor, flags)
    const imports = imported !== undefined
    return addContext(this.runtime, {name, vendor, apiUrl: flags['api-url'], places, credential, imports})
  }

  #askName(): Promise<string> {
    const validate = (text: string) => {
      const fault = findNameFault(text)
      return fault === null || `The name ${fault}`
    }
    return this.ask('NAME', (prompter) => prompter.input({message: 'Name of the context', validate}))
  }

  #askVendor(): Promise<string> {
    const vendors = this.runtime.vendors.map(({name, title}) => ({name: title, value: name}))
    const choices = [...vendors, {name: 'The embedded service', value: EMBEDDED}]
    return this.ask('--vendor', (prompter) => prompter.select({message: 'Which vendor is it for?', choices}))
  }

  protected render(context: ContextResult, ui: HumanView): string {
    const {name, vendor, credential} = context
    const flags = vendor === EMBEDDED ? shellPath(name) : `${shellPath(name)} --vendor ${vendor}`
    const signIn = vendor === EMBEDDED || credential ? [] : [ui.done(`Sign in with: tokenry login --context ${flags}`)]
    return [
      ui.done(`Context ${name} was successfully added`),
      ui.facts(contextFacts(context)),
      ...signIn,
      ui.done(`Make it the current one with: tokenry context use ${flags}`),
    ].join('\n')
  }
}

/** USAGE if both are given: a context has one credential. */
function readCredential(flags: {
  'credential-env': string | undefined
  'credential-command': string | undefined
}): ContextCredential | undefined {
  const {'credential-env': variable, 'credential-command': command} = flags
  if (variable !== undefined && command !== undefined) {
    throw new AppError('USAGE', '--credential-env and --credential-command exclude each other', {
      hint: 'Give one of them, or none and sign in with: tokenry login --context NAME',
    })
  }
  if (variable !== undefined) return {variable}
  return command === undefined ? undefined : {command}
}
