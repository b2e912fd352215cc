import {AppError} from '../../errors/app-error.ts'
import {cleanToken} from '../../lib/clean-token.ts'
import {quoteValue} from '../../lib/quote-value.ts'
import {withoutTokens} from '../../lib/token-shape.ts'
import {type Outcome, runBounded} from './bounded-process.ts'
import {splitCommand} from './split-command.ts'

interface CommandOptions {
  /** All of it is passed on. */
  env: Record<string, string | undefined>
  /** Whether what the command writes to stderr is shown. Otherwise it is discarded. */
  showStderr: boolean
  timeoutMs?: number
}

const TIMEOUT_MS = 30_000
const OUTPUT_BYTES_MAX = 65_536

/**
 * Run the credential command of a context without a shell, with an empty stdin, and return the last
 * line of its output that is not empty, without `Bearer `.
 *
 * @throws AppError CONFIG if it cannot be run, fails, is stopped at 30 seconds or 64 KiB, or prints
 * nothing. The error names the program, but neither its arguments nor its output.
 */
export async function runCredentialCommand(
  command: string,
  {env, showStderr, timeoutMs = TIMEOUT_MS}: CommandOptions,
): Promise<string> {
  const [program, ...args] = splitCommand(command)
  const outcome = await runBounded(program, args, {env, showStderr, timeoutMs, bytesMax: OUTPUT_BYTES_MAX})
  const failure = describeFailure(outcome, timeoutMs)
  if (failure !== null) throw failed(program, failure, command)
  const secret = outcome.kind === 'ended' ? readSecret(outcome.stdout) : ''
  if (secret === '') throw failed(program, 'printed nothing', command)
  return secret
}

function describeFailure(outcome: Outcome, timeoutMs: number): string | null {
  switch (outcome.kind) {
    case 'timeout':
      return `did not end in ${timeoutMs / 1000} seconds`
    case 'too-much':
      return `wrote more than ${OUTPUT_BYTES_MAX / 1024} KiB`
    case 'not-started':
      return outcome.code === 'ENOENT' ? 'was not found' : `cannot be run${outcome.code && ` (${outcome.code})`}`
    case 'ended':
      if (outcome.signal) return `was ended by ${outcome.signal}`
      return outcome.exitCode === 0 ? null : `failed with exit code ${outcome.exitCode}`
  }
}

function failed(program: string, why: string, command: string): AppError {
  return new AppError('CONFIG', `The credential command ${quoteValue(withoutTokens(program))} ${why}`, {
    hint: /[|&;<>$`]/.test(command)
      ? "It runs without a shell. For pipes and variables, let it be: sh -c '…'"
      : 'Run it at a terminal to see why. It must print the token alone',
  })
}

/** Return an empty text if there is no such line. */
function readSecret(output: string): string {
  const lines = output.split(/[\r\n]+/).map((line) => cleanToken(line))
  const last = lines.findLast((line) => line !== '') ?? ''
  return cleanToken(last.replace(/^Bearer(\s+|$)/i, ''))
}
