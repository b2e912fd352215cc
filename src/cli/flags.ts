import type {Interfaces} from '@oclif/core'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {unshieldValue} from '../argv/normalise-argv.ts'
import {AppError} from '../errors/app-error.ts'
import {absolutePath} from '../files/absolute-path.ts'
import type {Completes} from './completion/completes.ts'

export type TextFlag = Interfaces.OptionFlag<string | undefined>

interface OptionSpec {
  description: string
  char?: 'a' | 'd' | 'e' | 'n' | 'r' | 't'
  /** The word for the value in help. */
  placeholder: string
  /** True if an empty value is allowed, for example to clear a description. */
  allowEmpty?: boolean
  /** What completes the value; scripts/manifest.ts writes it down for shell completion. */
  completes?: Completes
}

/**
 * Return a flag that takes a text. Its value arrives shielded from oclif's parser
 * (argv/normalise-argv.ts).
 */
export function textFlag(name: string, spec: OptionSpec): TextFlag {
  const {description, char, placeholder, allowEmpty = false, completes} = spec
  const flag = Flags.custom<string>({
    description,
    helpValue: placeholder,
    ...(char ? {char} : {}),
    async parse(input) {
      const value = unshieldValue(input)
      if (value === '' && !allowEmpty) {
        throw new AppError('USAGE', `--${name} is empty`, {hint: `Give a value, or leave out --${name}`})
      }
      return value
    },
  })()
  return completes ? Object.assign(flag, {completes}) : flag
}

/**
 * Return a flag that names a file. If the working directory was deleted, a relative path is CONFIG
 * before anything is done.
 */
export function fileFlag(name: string, {description}: Pick<OptionSpec, 'description'>): TextFlag {
  const flag = textFlag(name, {description, placeholder: 'FILE'})
  return {
    ...flag,
    async parse(...given) {
      const file = await flag.parse(...given)
      // `-` is a stream, not a file.
      if (file !== undefined && file !== '-') absolutePath(file, `--${name}`)
      return file
    },
  }
}

export const tokenFileFlag = fileFlag('token-file', {
  description: 'Find the token by a file that contains it; `-` is standard input',
})

interface ChoiceSpec {
  choices: readonly string[]
  description: string
  placeholder: string
}

/**
 * Return a flag whose value is one of a few words. They are not the `options` of oclif, which would
 * compare them with the shielded value. scripts/manifest.ts writes them as options into the
 * manifest, for shell completion.
 */
export function choiceFlag(
  name: string,
  {choices, description, placeholder}: ChoiceSpec,
): TextFlag & {choices: readonly string[]} {
  const flag = Flags.custom<string>({
    description,
    helpValue: placeholder,
    async parse(input) {
      const value = unshieldValue(input)
      if (choices.includes(value)) return value
      throw new AppError('USAGE', `--${name} must be one of ${choices.join(', ')}`, {
        hint: `Write, for example: --${name} ${choices[0]}`,
      })
    },
  })()
  return {...flag, choices}
}

/** Return an argument that may be missing. By default oclif would then read it from stdin. */
export function optionalArgument(description: string, completes?: Completes) {
  const argument = Args.string({description, ignoreStdin: true, parse: refuseEmpty})
  return completes ? Object.assign(argument, {completes}) : argument
}

/** Return an argument that may be missing, and may be given several times. */
export function severalArguments(description: string, completes: Completes) {
  return Object.assign(Args.string({description, multiple: true, ignoreStdin: true, parse: refuseEmpty}), {completes})
}

async function refuseEmpty(input: string): Promise<string> {
  if (input !== '') return input
  throw new AppError('USAGE', 'An argument is empty', {
    hint: 'Give it a value, or leave it out; is a variable unset?',
  })
}

/** The flags of every command. */
export const globalFlags = {
  context: {
    ...textFlag('context', {
      description: 'Context to use; `embedded` always exists',
      placeholder: 'NAME',
      completes: 'context',
    }),
    helpGroup: 'GLOBAL',
  },
  json: Flags.boolean({description: 'Print one JSON document', helpGroup: 'GLOBAL'}),
  'no-input': Flags.boolean({description: 'Never ask a question', helpGroup: 'GLOBAL'}),
  quiet: Flags.boolean({char: 'q', description: 'Print only errors to stderr', helpGroup: 'GLOBAL'}),
  'no-color': Flags.boolean({
    aliases: ['no-colour'],
    description: 'Print without colour; the same as --no-colour',
    helpGroup: 'GLOBAL',
  }),
  verbosity: {
    ...choiceFlag('verbosity', {
      choices: ['trace', 'debug', 'info', 'warning', 'warn', 'error', 'fatal', 'panic'],
      description: '`debug` and `trace` print details to stderr; the other levels of astro are accepted',
      placeholder: 'LEVEL',
    }),
    helpGroup: 'GLOBAL',
  },
  debug: Flags.boolean({description: 'Same as --verbosity debug', helpGroup: 'GLOBAL'}),
}

/** The flags of every command for a vendor. */
export const vendorFlags = {
  ...globalFlags,
  'credential-file': {
    ...fileFlag('credential-file', {
      description: 'File with the token to sign in with, instead of any other credential; `-` is standard input',
    }),
    helpGroup: 'GLOBAL',
  },
}

export type VendorFlags = Interfaces.InferredFlags<typeof vendorFlags>

export type GlobalFlags = Interfaces.InferredFlags<typeof globalFlags>

export const dryRunFlag = Flags.boolean({description: 'Show what would change, and change nothing'})

export const forceFlag = Flags.boolean({
  char: 'f',
  aliases: ['yes'],
  charAliases: ['y'],
  description: 'Do not ask for confirmation; the same as -y and --yes',
})

export const tokenNameFlag = textFlag('name', {
  char: 't',
  description: 'Find the token by its name',
  placeholder: 'NAME',
  completes: 'token name',
})

/** The flags of every list. */
export const listingFlags = {
  limit: Flags.custom<number>({
    description: 'Print at most this many rows',
    helpValue: 'NUMBER',
    async parse(input) {
      const text = unshieldValue(input)
      if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
      throw new AppError('USAGE', '--limit must be a whole number from 1', {hint: 'Write, for example: --limit 20'})
    },
  })(),
  'fail-if-any': Flags.boolean({description: 'Exit with code 10 if there is a row: a check for scripts'}),
  'no-header': Flags.boolean({description: 'Omit the header row'}),
}

export const descriptionFlag = textFlag('description', {
  description: 'What it is for',
  placeholder: 'TEXT',
  allowEmpty: true,
})
