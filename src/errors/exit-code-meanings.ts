import type {ErrorCode, EXIT_CODES, SIGNAL_EXIT_CODES, StopSignal} from './exit-codes.ts'

type ExitCode = 0 | (typeof EXIT_CODES)[ErrorCode] | (typeof SIGNAL_EXIT_CODES)[StopSignal]

const UNDONE = 'while a token was created; it was ended again, or the message says how to check'

/**
 * The meaning of each exit code for a script, without a period at the end. The type requires a line
 * for every code of `EXIT_CODES` and `SIGNAL_EXIT_CODES`. It is in its own file, because only help
 * reads it.
 */
export const EXIT_CODE_MEANINGS: Record<ExitCode, string> = {
  0: 'success; an empty list is success',
  1: 'a bug in tokenry',
  2: 'the command line or a value is wrong; nothing was done',
  3: 'settings, environment, data folder or disk',
  4: 'the credential is missing or no longer valid',
  5: 'the credential has no permission for this',
  6: 'not found',
  7: 'already exists, ambiguous, or changed in the meantime',
  8: 'retry the same command',
  9: 'a part was done; the message says which',
  10: 'a check found something, such as a token that is not valid',
  11: 'a token was created but could not be written out; it was ended again',
  12: 'a token may have been created: look before you try again',
  129: `SIGHUP (the terminal or the connection is gone) ${UNDONE}`,
  130: 'Ctrl-C, or the answer to a question was no',
  131: `SIGQUIT ${UNDONE}`,
  143: `SIGTERM ${UNDONE}`,
}
