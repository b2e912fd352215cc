import * as Flags from '@oclif/core/flags'
import {fileFlag} from '../flags.ts'

/** The flags of every command that mints a secret. */
export const mintFlags = {
  'clean-output': Flags.boolean({char: 'c', description: 'Print only the token'}),
  output: fileFlag('output', {
    description: 'Write the token to a new file with mode 0600 instead; `-` is stdout without a newline',
  }),
}
