import {extname, join} from 'node:path'
import {runBounded} from './bounded-process.ts'
import type {KeychainAnswer, KeychainRequest} from './keychain-child.ts'

/** Why the keychain could not be used. `silent`: it did not answer in time. */
export interface KeychainFailure {
  reason: 'missing' | 'unreachable' | 'silent'
  /** In words of the library. Private. */
  detail: string
}

export type KeychainResult = {ok: true; text: string | null} | ({ok: false} & KeychainFailure)

interface KeychainOptions {
  env: Record<string, string | undefined>
  timeoutMs?: number
}

const TIMEOUT_MS = 5000
/** More than any keychain stores in one entry. */
const ANSWER_BYTES_MAX = 1_048_576

/**
 * Ask the keychain of this user. Never throws. The call runs in another process: with a D-Bus that
 * never answers, the library would block this one. Secrets go through stdin and stdout, which other
 * users cannot see, as they can arguments.
 *
 * It may open a dialog, so the caller must not call it in CI.
 */
export async function askKeychain(
  request: Omit<KeychainRequest, 'homes'>,
  {env, timeoutMs = TIMEOUT_MS}: KeychainOptions,
): Promise<KeychainResult> {
  // In the sources it is a `.ts` file, in the bundle a `.cjs` file (scripts/build.ts).
  const child = join(import.meta.dirname, `keychain-child${extname(import.meta.filename)}`)
  const outcome = await runBounded(process.execPath, [child], {
    ...toChild(env, request),
    timeoutMs,
    bytesMax: ANSWER_BYTES_MAX,
  })
  if (outcome.kind === 'timeout') return {ok: false, reason: 'silent', detail: `no answer in ${timeoutMs} ms`}
  const answer = outcome.kind === 'ended' && outcome.exitCode === 0 ? parseAnswer(outcome.stdout) : null
  if (answer) return answer
  return {ok: false, reason: 'unreachable', detail: `the process of the keychain: ${describeEnd(outcome)}`}
}

/**
 * Return the environment and the input of the process. It holds a secret, so leave out what would
 * load other code into it or let it listen to a debugger. At its start, Node takes NODE_PATH and
 * the home folder as places of packages, so the home folder goes through stdin. It is empty until
 * then: on Windows, Node would pass on a variable that is missing.
 */
function toChild(env: KeychainOptions['env'], request: Omit<KeychainRequest, 'homes'>) {
  // Windows ignores the case of a name.
  const entries = Object.entries(env).filter(([name]) => !/^(NODE|NAPI_RS)_/i.test(name))
  const homes = entries.filter(([name]) => HOME_NAME.test(name))
  const input: KeychainRequest = {...request, homes: Object.fromEntries(homes)}
  return {
    env: Object.fromEntries(entries.map(([name, value]) => [name, HOME_NAME.test(name) ? '' : value])),
    input: JSON.stringify(input),
  }
}

const HOME_NAME = /^(HOME|USERPROFILE)$/i

function parseAnswer(stdout: string): KeychainAnswer | null {
  try {
    const answer: unknown = JSON.parse(stdout)
    return typeof answer === 'object' && answer !== null && 'ok' in answer ? (answer as KeychainAnswer) : null
  } catch {
    return null
  }
}

/** Return how it ended, without its output, which may hold the secret. */
function describeEnd(outcome: Awaited<ReturnType<typeof runBounded>>): string {
  if (outcome.kind === 'ended') return outcome.signal ?? `exit code ${outcome.exitCode}`
  return outcome.kind === 'not-started' ? outcome.code || outcome.kind : outcome.kind
}
