import {AppError} from '../../errors/app-error.ts'
import {listUsers} from './list-users.ts'
import {type MotherDuckConnection, type MotherDuckTokenPort, motherDuckTokenPort} from './token-port.ts'

/** The tokens of one user, to list them. */
type UserTokens = Pick<MotherDuckTokenPort, 'list' | 'listEnded'>

/**
 * Open the tokens of every user of the organization. A caller who cannot list the users sees those
 * of `ownUser`; without one, the error of that list is thrown. The tokens of a user who is deleted
 * meanwhile are none.
 */
export async function openAllTokens(connection: MotherDuckConnection, ownUser?: string): Promise<UserTokens[]> {
  const users = await listUsers(connection).catch((err: unknown) => {
    if (ownUser === undefined || !isUnlisted(err)) throw err
    return null
  })
  if (users) return users.map(({username}) => openUserTokens(connection, {username, mayBeGone: true}))
  return ownUser === undefined ? [] : [openUserTokens(connection, {username: ownUser, mayBeGone: false})]
}

/**
 * Return whether only this list is refused: to a caller who is not an Admin, or in a region that
 * answers it as it answers a wrong URL.
 */
function isUnlisted(err: unknown): boolean {
  if (!(err instanceof AppError)) return false
  return err.code === 'CONFIG' || (err.code === 'FORBIDDEN' && !err.details.isForeign)
}

function openUserTokens(connection: MotherDuckConnection, user: {username: string; mayBeGone: boolean}): UserTokens {
  const port = motherDuckTokenPort(connection, user)
  const listEnded = port.listEnded?.bind(port)
  return {
    list: () => nameUser(user, port.list()),
    ...(listEnded && {listEnded: () => nameUser(user, listEnded())}),
  }
}

async function nameUser<Token>(
  {username, mayBeGone}: {username: string; mayBeGone: boolean},
  listing: Promise<Token[]>,
): Promise<Token[]> {
  return listing.catch((err: unknown): Token[] => {
    if (!(err instanceof AppError)) throw err
    if (mayBeGone && err.code === 'NOT_FOUND') return []
    throw new AppError(err.code, `The tokens of ${username} cannot be listed: ${err.message}`, {
      ...err.details,
      cause: err,
    })
  })
}
