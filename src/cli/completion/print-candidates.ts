import {AppError} from '../../errors/app-error.ts'
import {withoutTokens} from '../../lib/token-shape.ts'
import {escapeControl} from '../../output/escape.ts'
import {Writer} from '../../output/writer.ts'
import {onlyReading, type Runtime} from '../../runtime/runtime.ts'
import {type CompletableCli, type Completion, complete} from './complete.ts'
import {lookUp} from './look-up.ts'

/** In milliseconds. A person who pressed the Tab key waits for the answer. */
const WAIT_MS_MAX = 1000

/**
 * Print what completes the last of these words: one line for each candidate, with a tab before its
 * description. The last line is `:0` if the shell should complete the names of files, else `:4`.
 * cobra uses the same numbers.
 *
 * @param words what follows `tokenry __complete`: `--`, the words before the cursor, and the word
 * at the cursor
 * @throws AppError CONFIG or TIMEOUT, with nothing printed
 */
export async function printCandidates(
  words: readonly string[],
  {cli, runtime}: {cli: CompletableCli; runtime: Runtime},
): Promise<void> {
  const given = words[0] === '--' ? words.slice(1) : words
  const current = given.at(-1) ?? ''
  const reading = onlyReading(runtime)
  try {
    // PowerShell cannot pass an empty word.
    const completing = complete(given.slice(0, -1), current === '""' ? '' : current, {
      cli,
      lookUp: (value, place) => lookUp(value, place, reading),
    })
    await new Writer('human', runtime).answer(toLines(await inTime(completing)))
  } finally {
    await reading.close()
  }
}

/** Throw TIMEOUT instead of waiting for a store that another process has locked. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const {promise: limit, reject} = Promise.withResolvers<never>()
  const late = new AppError('TIMEOUT', 'The store is locked', {hint: 'Press Tab again'})
  const timer = setTimeout(reject, WAIT_MS_MAX, late)
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

function toLines({candidates, files}: Completion): string {
  const lines = candidates.map(({text, description}) => {
    const line = escapeControl(withoutTokens(description.replaceAll('`', '')))
    return line === '' ? text : `${text}\t${line}`
  })
  return [...lines, files ? ':0' : ':4'].join('\n')
}
