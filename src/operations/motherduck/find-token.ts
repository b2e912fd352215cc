import {AppError} from '../../errors/app-error.ts'
import type {MotherDuckTokenRecord} from '../../vendors/motherduck/token-port.ts'
import {type ChooseToken, chooseNamed} from '../tokens/choose-token.ts'
import type {WantedToken} from './find-by-secret.ts'
import type {TokenUser} from './user.ts'

export interface FindOptions extends Omit<WantedToken, 'secret'> {
  user: TokenUser
  /** Ask a person to choose one of several. Absent if no question may be asked. */
  choose?: ChooseToken<MotherDuckTokenRecord>
}

/**
 * Find the token of a user that a command is about: by secret, by id, by name, or by a question.
 * MotherDuck has no call for one token, so this reads the list.
 *
 * @throws AppError USAGE if an id and a name belong to different tokens, or if no token is named.
 * NOT_FOUND, with `details.gone`, if there is no such token. CONFLICT, with the ids, for an
 * ambiguous name.
 */
export async function findToken({user, idOrName, name, choose}: FindOptions): Promise<MotherDuckTokenRecord> {
  const {words, username, idBySecret} = user
  const id = idBySecret ?? idOrName
  const see = `See them with: ${words.command('list')}`
  if (id === undefined && name === undefined && !choose) {
    throw new AppError('USAGE', 'No token is named', {
      hint: `Give its id or its name; see them with: ${words.command('list')}`,
    })
  }
  const tokens = await user.port.list()
  if (id === undefined && name === undefined) {
    if (choose && tokens.length > 0) return choose(tokens)
    throw new AppError('NOT_FOUND', `${username} has no token`, {hint: `Create one with: ${words.command('create')}`})
  }
  const wanted = id ?? name ?? ''
  const byId = id === undefined ? undefined : tokens.find((token) => token.id.toLowerCase() === id.toLowerCase())
  // A token that is named like the id of the secret is another one.
  const named = idBySecret === undefined ? tokens.filter((token) => token.name === wanted) : []
  const found = byId ?? (await chooseNamed(named, wanted, {noun: words.noun, choose}))
  if (!found) throw new AppError('NOT_FOUND', `${username} has no token ${wanted}`, {hint: see, gone: {wanted}})
  if (idBySecret !== undefined && idOrName !== undefined && ![found.id, found.name].includes(idOrName)) {
    throw new AppError('USAGE', `The file does not hold the secret of token ${idOrName}`, {
      hint: 'Give the id or the file, not both',
    })
  }
  if (name !== undefined && found.name !== name) {
    throw new AppError('USAGE', `Token ${wanted} is not named ${name}`, {hint: 'Give the id or the name, not both'})
  }
  return found
}
