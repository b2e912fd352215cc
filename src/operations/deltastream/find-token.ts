import {AppError} from '../../errors/app-error.ts'
import {checkName} from '../../vendors/deltastream/sql/quote.ts'
import type {DeltaStreamTokenRecord} from '../../vendors/deltastream/token-port.ts'
import type {ChooseToken} from '../tokens/choose-token.ts'
import {hintAtState} from '../tokens/find-by-secret.ts'
import {missingCapability} from '../tokens/token-access.ts'
import {type DeltaStreamTokens, noToken} from './tokens.ts'

export interface FindOptions {
  tokens: DeltaStreamTokens
  name?: string | undefined
  /** The secret in --token-file. */
  secret?: string | undefined
  /** Ask a person to choose one of several. Absent if no question may be asked. */
  choose?: ChooseToken<DeltaStreamTokenRecord>
}

/**
 * Find the token that a command is about: by name, by secret, or by a question. DeltaStream has no
 * statement for one token, so this reads the list.
 *
 * @throws AppError USAGE if no token is named, if the secret belongs to another token, or if a
 * token cannot be found by its secret here. NOT_FOUND, with `details.gone`, if there is no such
 * token.
 */
export async function findToken({tokens, secret, choose, ...named}: FindOptions): Promise<DeltaStreamTokenRecord> {
  const {port, words, service} = tokens
  const name = secret === undefined ? named.name : await findName(tokens, {secret, name: named.name})
  if (name === undefined && !choose) {
    throw new AppError('USAGE', 'No token is named', {hint: `Give its name; see them with: ${words.command('list')}`})
  }
  if (name !== undefined) checkName('name', name)
  const all = await port.list()
  if (name === undefined) {
    if (choose && all.length > 0) return choose(all)
    throw new AppError('NOT_FOUND', `There is no API token in ${words.where}`, {
      hint: `Create one with: ${words.command('create')}`,
    })
  }
  const found = all.find((token) => token.name === name)
  if (found) return found
  const {code, message, details} = noToken(service, name)
  throw new AppError(code, message, {...details, gone: {wanted: name}})
}

/** Return the name of the token that a secret belongs to. */
async function findName(
  {words, service: {capabilities}}: DeltaStreamTokens,
  {secret, name}: {secret: string; name: string | undefined},
): Promise<string> {
  if (!capabilities.findTokenBySecret) {
    throw missingCapability(words, 'find a token by its secret', '--token-file, and give the name')
  }
  const {state, token} = await capabilities.findTokenBySecret(secret)
  // An expired token still exists. Renewing or dropping it is a normal use of these commands.
  if (!token || (state !== 'valid' && state !== 'expired')) {
    const isGone = token ? token.isDeleted : state === 'unknown'
    throw new AppError('NOT_FOUND', `The file does not hold the secret of a token here (${state})`, {
      hint: hintAtState(state, 'Check it with tokenry token verify and the same --token-file'),
      ...(isGone && (name === undefined || name === token?.name) ? {gone: {wanted: token?.name ?? null}} : {}),
    })
  }
  if (name === undefined || name === token.name) return token.name
  throw new AppError('USAGE', `The file does not hold the secret of API token ${name}`, {
    hint: 'Give the name or the file, not both',
  })
}
