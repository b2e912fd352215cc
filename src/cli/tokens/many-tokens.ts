import {AppError} from '../../errors/app-error.ts'
import {holdsToken} from '../../lib/token-shape.ts'
import type {FailedOutcome, Outcome} from '../../operations/tokens/bulk.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {severalArguments} from '../flags.ts'

/** Means one id or name a line on standard input. */
const STREAM = '-'

/** Far more than anyone changes with one command. */
const INPUT_BYTES_MAX = 1_048_576

/** Return the argument of a command that takes several tokens. */
export function tokensArgument(description: string) {
  return severalArguments(`${description}; \`-\` reads them from standard input, one a line`, 'token')
}

/** Return whether the arguments are about several tokens, even if standard input has only one. */
export function isSeveral(given: readonly string[] = []): boolean {
  return given.length > 1 || given[0] === STREAM
}

interface ManyFlags {
  name?: string | undefined
  'token-file'?: string | undefined
  'credential-file'?: string | undefined
  token?: string | undefined
  'dry-run'?: boolean
  force?: boolean
}

/**
 * Return the ids and names of several tokens. Undefined if the command is about one token, which
 * the argument or a flag names.
 *
 * @throws AppError USAGE for several tokens together with --name or --token-file, and for `-`
 * without --force: a question cannot be answered where the ids come from
 */
export async function readManyTokens(
  given: readonly string[],
  flags: ManyFlags,
  {stdin}: Pick<Runtime, 'stdin'>,
): Promise<string[] | undefined> {
  if (!isSeveral(given)) return undefined
  const flag = (['name', 'token-file'] as const).find((each) => flags[each] !== undefined)
  if (flag !== undefined) {
    throw new AppError('USAGE', `--${flag} names one token, and the arguments name others`, {
      hint: `Leave out --${flag}, or the arguments`,
    })
  }
  if (!given.includes(STREAM)) return [...given]
  if (given.length > 1) {
    throw new AppError('USAGE', '`-` and other arguments exclude each other', {
      hint: 'Give all ids as arguments, or all on standard input',
    })
  }
  if (flags['credential-file'] === STREAM || flags.token === STREAM) {
    throw new AppError('USAGE', 'The ids and the credential cannot both come from standard input', {
      hint: 'Give the credential with --credential-file FILE',
    })
  }
  if (!flags.force && !flags['dry-run']) {
    throw new AppError('USAGE', 'With `-`, a confirmation cannot be asked for', {hint: 'Confirm it with --force'})
  }
  return readLines(stdin)
}

async function readLines(stdin: Runtime['stdin']): Promise<string[]> {
  if (stdin.isTTY) {
    throw new AppError('USAGE', 'No ids come on standard input, which is a terminal', {
      hint: 'Give the ids as arguments, or from a pipe',
    })
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > INPUT_BYTES_MAX) {
      throw new AppError('USAGE', 'Standard input is too long for ids', {hint: 'Give one id or name a line'})
    }
  }
  const lines = Buffer.concat(chunks).toString('utf8').split(/\r?\n/)
  const names = lines.map((line) => line.trim()).filter((line) => line !== '')
  if (names.some(holdsToken)) {
    throw new AppError('USAGE', 'Standard input holds a token instead of an id or a name', {
      hint: 'Give one id or name a line; to end a token by its secret: tokenry token revoke --token-file FILE',
    })
  }
  return names
}

/** Return a line or more for each of several tokens. */
export function renderOutcomes<Result>(
  outcomes: readonly Outcome<Result>[],
  ui: HumanView,
  render: (result: Result) => string,
): string {
  return outcomes.map((outcome) => (outcome.ok ? render(outcome.result) : ui.done(describeFailure(outcome)))).join('\n')
}

/** Return the line with the file of a new secret, if several were minted. */
export function describeFile(minted: object, ui: HumanView): string[] {
  return 'file' in minted && typeof minted.file === 'string' ? [ui.facts([['file', minted.file]])] : []
}

function describeFailure({wanted, error, file}: FailedOutcome): string {
  return `${wanted}: ${error.message}${file === undefined ? '' : ` (the new secret is in ${file})`}`
}
