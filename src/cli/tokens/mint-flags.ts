import * as Flags from '@oclif/core/flags'
import {AppError} from '../../errors/app-error.ts'
import {fileFlag, textFlag} from '../flags.ts'

export const OUTPUT_DIR = '--output-dir'

/** The flags of every command that mints a secret. */
export const mintFlags = {
  'clean-output': Flags.boolean({char: 'c', description: 'Print only the token'}),
  output: fileFlag('output', {
    description: 'Write the token to a new file with mode 0600 instead; `-` is stdout without a newline',
  }),
}

/** The flags of every command that creates a token. */
export const creationFlags = {
  ...mintFlags,
  'dry-run': Flags.boolean({description: 'Check everything, show what would be created, and create nothing'}),
}

/**
 * Throw USAGE for --dry-run with --clean-output: a script that expects only the token must not get
 * a plan instead.
 */
export function refusePlanForToken(flags: {'dry-run': boolean; 'clean-output': boolean}): void {
  if (!flags['dry-run'] || !flags['clean-output']) return
  throw new AppError('USAGE', '--dry-run and --clean-output exclude each other', {
    hint: 'Leave out --clean-output: a dry run has no token to print',
  })
}

/** The flags of every command that gives existing tokens new secrets. */
export const replaceFlags = {
  ...mintFlags,
  'output-dir': textFlag('output-dir', {
    description:
      'Write each token to a new file with mode 0600 in this folder, named after the token; needed for several tokens',
    placeholder: 'DIR',
  }),
}

interface OutputFlags {
  output?: string | undefined
  'output-dir'?: string | undefined
  'clean-output'?: boolean
}

/** Throw USAGE for two destinations of one secret. */
export function refuseTwoOutputs(flags: OutputFlags): void {
  if (flags.output === undefined || flags['output-dir'] === undefined) return
  throw new AppError('USAGE', '--output and --output-dir exclude each other', {
    hint: 'Leave out --output: the file is named after the token',
  })
}

/** Return --output-dir. USAGE if several secrets would have another destination. */
export function requireOutputDir(flags: OutputFlags): string {
  const {output, 'output-dir': folder, 'clean-output': clean} = flags
  const other = clean ? '--clean-output' : output === undefined ? undefined : '--output'
  if (other !== undefined) {
    throw new AppError('USAGE', `${other} is for one token, and several are named`, {
      hint: `Write each secret to a file of its own instead: ${OUTPUT_DIR} DIR`,
    })
  }
  if (folder !== undefined) return folder
  throw new AppError('USAGE', `${OUTPUT_DIR} is missing: each of several secrets needs a file of its own`, {
    hint: `Give ${OUTPUT_DIR} DIR`,
  })
}
