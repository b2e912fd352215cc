import {ContextCommand} from '../cli/context/context-command.ts'
import {vendorFlag} from '../cli/context/vendor-flag.ts'
import {fileFlag} from '../cli/flags.ts'
import {AppError} from '../errors/app-error.ts'
import {cleanToken} from '../lib/clean-token.ts'
import {chooseSignIn, type SignInTarget} from '../operations/context/choose-sign-in.ts'
import {type SignedIn, signIn} from '../operations/context/sign-in.ts'
import type {HumanView} from '../output/human-view.ts'
import {readSecretFile} from '../output/secret-input.ts'
import {VENDORS} from '../vendors/index.ts'
import type {Vendor} from '../vendors/vendor.ts'

const [FIRST] = VENDORS.filter(canSignIn)

export default class Login extends ContextCommand<SignedIn> {
  static override summary = 'Sign in: check a token with the vendor, and store it for a context'
  static override description =
    'The token is stored in the keychain, or in a file of mode 0600 if no keychain can be reached or CI is set. Without --context, a context with the name of the vendor is made, and becomes the current one.'
  static override flags = {
    vendor: vendorFlag(VENDORS.filter(canSignIn), {description: 'Vendor to sign in to (default: the only one)'}),
    'credential-file': fileFlag('credential-file', {
      description: 'File that contains the token; `-` is standard input, the default without a terminal',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --context prod',
    `<%= config.bin %> <%= command.id %> --vendor ${FIRST?.name} --credential-file - < token.txt`,
  ]

  protected async execute(): Promise<SignedIn> {
    const {flags} = await this.parseFlags(this.parse(Login))
    const target = await this.#choose(flags)
    const {secret, source, fix} = await this.#readToken(flags['credential-file'], target)
    const {tracer} = this
    return this.busy(`Checking the token with ${target.vendor.title}`, () =>
      signIn(this.runtime, target, {secret, source, fix, warn: (text) => this.writer.warn(text), trace: tracer}),
    )
  }

  async #choose(flags: {context?: string | undefined; vendor?: string | undefined}): Promise<SignInTarget> {
    const vendor = this.readVendor(flags.vendor)
    const name = this.readContextName(flags)
    if (name !== undefined) return chooseSignIn(this.runtime, {name, vendor})
    if (vendor === undefined && !this.prompter) {
      throw new AppError('USAGE', 'Neither a context nor a vendor is named', {
        hint: 'Name one: tokenry login --context NAME, or tokenry login --vendor VENDOR',
      })
    }
    return chooseSignIn(this.runtime, {
      vendor: vendor ?? (await this.chooseVendor(this.runtime.vendors.filter(canSignIn))),
    })
  }

  async #readToken(file: string | undefined, {vendor, context, baseUrl}: SignInTarget) {
    const given = file ?? (this.runtime.stdin.isTTY ? undefined : '-')
    if (given !== undefined) {
      const source = given === '-' ? 'standard input' : given
      return {
        secret: await readSecretFile(given, this.runtime),
        source,
        fix: 'Give a whole token that is still valid, on one line',
      }
    }
    if (!this.prompter) {
      throw new AppError('USAGE', 'No token is given, and no question can be asked', {
        hint: 'Give it with --credential-file FILE, or --credential-file - for standard input',
      })
    }
    const answer = await this.prompter.secret({
      message: `Token of ${vendor.title} for ${context.name} (${baseUrl.host})`,
      validate: (text) => cleanToken(text) !== '' || 'Paste the token',
    })
    return {
      secret: oneToken(answer),
      source: 'The answer',
      fix: 'Run the command again, and paste a whole token that is still valid',
    }
  }

  protected render({context, vendor, apiUrl, store, file, created, current, token}: SignedIn, ui: HumanView): string {
    const why = this.runtime.env['CI'] ? 'no keychain is opened while CI is set' : 'no keychain can be reached'
    const place = store === 'keychain' ? 'in the keychain' : `in ${file}, because ${why}`
    return [
      ui.done(`Signed in to ${apiUrl}`),
      ui.facts([
        ['context', `${context}${created ? ' (new)' : ''}`],
        ['current', current ? `for ${vendor}` : null],
        ['expires', ui.time(token.expiresAt, 'never')],
      ]),
      ui.done(`The token is stored ${place}`),
    ].join('\n')
  }
}

function canSignIn({loadApi}: Vendor): boolean {
  return loadApi !== undefined
}

function oneToken(answer: string): string {
  const secret = cleanToken(answer)
  if (!/\s/.test(secret)) return secret
  throw new AppError('USAGE', 'The answer is more than one token', {hint: 'Paste only the token'})
}
