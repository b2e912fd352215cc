import {AppError} from '../../errors/app-error.ts'
import {capitalise} from '../../lib/capitalise.ts'
import {decodeToken} from '../../lib/jwt.ts'

/** What an implementation finds for a secret: see the `capabilities.ts` of a vendor. */
interface SecretFinding {
  state: string
  token: {id: string} | null
}

interface SecretFinder<Finding extends SecretFinding> {
  /** Absent if the implementation cannot find a token by its secret. */
  find: ((secret: string) => Promise<Finding>) | undefined
  /** For use in a sentence: `API token`. */
  noun: string
  where: string
}

/** Ends a token of any vendor and kind in the embedded service. */
export const REVOKE_COMMAND = 'tokenry token revoke --token-file FILE'

/** The state of a secret of the embedded service that belongs to a token of another vendor. */
const OF_ANOTHER_VENDOR = 'of another vendor'

/**
 * Return the hint for a secret in --token-file that belongs to no token of this vendor. `see` is
 * the hint for any other state than that of another vendor, where other commands are needed.
 */
export function hintAtState(state: string, see: string): string {
  if (state !== OF_ANOTHER_VENDOR) return see
  return `Find out what it is with: tokenry token verify --token-file FILE; or end it with: ${REVOKE_COMMAND}`
}

/**
 * Return what is found for the secret in --token-file. USAGE if no token can be found by its
 * secret, or if the secret is damaged.
 */
export async function findBySecret<Finding extends SecretFinding>(
  {find, noun, where}: SecretFinder<Finding>,
  secret: string,
): Promise<Finding> {
  if (!find) {
    throw new AppError('USAGE', `${capitalise(where)} cannot find a token by its secret`, {
      hint: 'Give the id of the token instead of --token-file',
    })
  }
  const finding = await find(secret)
  if (finding.state === 'damaged' || finding.state === 'forged') throw damagedToken(noun, finding.token?.id)
  return finding
}

/** Throw USAGE if the content of --token-file is not a token. */
export function refuseNotAToken(secret: string | undefined): void {
  if (secret === undefined || decodeToken(secret)) return
  throw new AppError('USAGE', 'The content of the file is not a token', {
    hint: 'Write the whole token into it, without quotes and without Bearer, or give the id of the token instead',
  })
}

/**
 * Return USAGE for a damaged secret. It is not NOT_FOUND, which scripts read as "the token is
 * gone": the token still works.
 */
function damagedToken(noun: string, id: string | undefined): AppError {
  const message =
    id === undefined
      ? 'The token in the file was created here, but was changed since'
      : `The file names ${noun} ${id}, but does not hold one of its secrets`
  return new AppError('USAGE', message, {
    hint: 'Is it cut off? Write the whole token into the file, or give the id of the token instead',
  })
}
