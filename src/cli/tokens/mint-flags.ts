import * as Flags from '@oclif/core/flags'
import {AppError} from '../../errors/app-error.ts'
import {fileFlag} from '../flags.ts'

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
