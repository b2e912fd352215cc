import * as Flags from '@oclif/core/flags'
import {parseWindow} from '../../lib/window.ts'
import {dryRunFlag, forceFlag, textFlag} from '../flags.ts'
import {ignoreNotFoundFlag} from '../ignore-not-found.ts'

/** The flags of a command that ends a token. */
export const endFlags = {
  'unused-for': textFlag('unused-for', {
    description: 'Fail if the token was used within this time, such as 7d; a token that was never used passes',
    placeholder: 'TIME',
  }),
  self: Flags.boolean({description: 'Allow ending the token that you are signed in with'}),
  'dry-run': dryRunFlag,
  'ignore-not-found': ignoreNotFoundFlag,
  force: forceFlag,
}

/** Read --unused-for, in milliseconds. */
export function readUnusedFor(window: string | undefined): number | undefined {
  return window === undefined ? undefined : parseWindow('--unused-for', window)
}
