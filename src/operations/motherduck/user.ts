import {AppError} from '../../errors/app-error.ts'
import {listSome} from '../../lib/list-some.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {MotherDuckUser} from '../../vendors/motherduck/api.ts'
import {listUsers} from '../../vendors/motherduck/list-users.ts'
import {
  type MotherDuckTokenPort,
  type MotherDuckTokenRecord,
  motherDuckTokenPort,
  type NewMotherDuckToken,
} from '../../vendors/motherduck/token-port.ts'
import {checkUsername, foldUsername} from '../../vendors/motherduck/validate.ts'
import {isNotFound} from '../ignore-gone.ts'
import type {TokenAccess} from '../tokens/token-access.ts'
import type {MotherDuckService} from './connect.ts'
import {findWantedBySecret, type WantedToken} from './find-by-secret.ts'

/** The user whose tokens a command uses, with the port to them. */
export interface TokenUser extends TokenAccess<MotherDuckTokenRecord, NewMotherDuckToken> {
  service: MotherDuckService
  username: string
  port: MotherDuckTokenPort
  /** The id of the token that the secret in --token-file belongs to. */
  idBySecret?: string | undefined
}

export interface UserChoice {
  /** From --user. */
  user?: string | undefined
  /** The token that the command is about. If no flag names a user, the token's is used. */
  wanted?: WantedToken | undefined
  /** Ask a person to choose one of several. Absent if no question may be asked. */
  choose?: ((users: MotherDuckUser[]) => Promise<MotherDuckUser>) | undefined
}

/** Open the tokens of a user. Errors: see `findUsername` and `findWantedBySecret`. */
export async function openTokenUser(service: MotherDuckService, choice: UserChoice): Promise<TokenUser> {
  const found = choice.wanted && (await findWantedBySecret(service, choice.wanted))
  if (!found) return tokenUserAt(service, await findUsername(service, choice))
  const {id, username} = found
  if (choice.user !== undefined && foldUsername(choice.user) !== foldUsername(username)) {
    throw new AppError('NOT_FOUND', `The file holds the secret of a token of ${username}`, {
      hint: `Leave --user out, or give --user ${shellPath(username)}`,
    })
  }
  return {...tokenUserAt(service, username), idBySecret: id}
}

function tokenUserAt(service: MotherDuckService, username: string): TokenUser {
  const port = motherDuckTokenPort(service, {username})
  const {mintUnique} = port
  return {
    service,
    username,
    port: {
      ...port,
      list: () => nameMissingUser(service, username, port.list()),
      mint: (token) => nameMissingUser(service, username, port.mint(token)),
      ...(mintUnique && {mintUnique: (token) => nameMissingUser(service, username, mintUnique(token))}),
    },
    words: {
      noun: 'token',
      where: service.where,
      command: (words) => formatCommand(service, `token ${words} --user ${shellPath(username)}`),
    },
  }
}

/**
 * Return the user that --user or the context names. The default is the user of the credential, if
 * the implementation knows it, then the only user.
 *
 * @throws AppError INVALID for a name that cannot be in a path. USAGE, with the names, if there are
 * several users and no question may be asked.
 */
async function findUsername(service: MotherDuckService, {user, choose}: UserChoice): Promise<string> {
  const named = user ?? service.contextUser ?? service.ownUser ?? (await service.capabilities.findSelf?.())
  if (named !== undefined && named !== null) {
    checkUsername(named)
    return named
  }
  const users = await listUsersIfAllowed(service)
  const [first] = users
  if (!first) throw new AppError('NOT_FOUND', 'There is no user', {hint: 'Use a token of an organization'})
  if (users.length === 1) return first.username
  if (choose) return (await choose(users)).username
  const names = listSome(users.map(({username}) => username))
  throw new AppError('USAGE', `There are ${users.length} users, and none is named: ${names}`, {
    hint: `Name one with --user; see them with: ${formatCommand(service, 'user list')}; or use a context that names one: tokenry context use NAME`,
  })
}

/** A token that may not list the users may still work on its own one. */
async function listUsersIfAllowed(service: MotherDuckService): Promise<MotherDuckUser[]> {
  return listUsers(service).catch((cause: unknown) => {
    if (!(cause instanceof AppError)) throw cause
    if (cause.code === 'FORBIDDEN') {
      throw new AppError('USAGE', `No user is named, and the users cannot be listed: ${cause.message}`, {
        cause,
        hint: 'Name the user with --user, or in the context: tokenry context add NAME --vendor motherduck --user USER',
      })
    }
    // A region without this call answers as a wrong URL does.
    if (cause.code !== 'CONFIG') throw cause
    const hint = [cause.details.hint, 'if the URL is right, name the user with --user'].filter(Boolean).join('; ')
    throw new AppError('CONFIG', cause.message, {...cause.details, hint})
  })
}

/**
 * Return the result of `work`, which needs the user. MotherDuck's NOT_FOUND says only `Not Found`:
 * this one names the user and the place.
 */
export async function nameMissingUser<Result>(
  service: Pick<MotherDuckService, 'where' | 'targetFlags'>,
  username: string,
  work: Promise<Result>,
): Promise<Result> {
  return work.catch((err: unknown) => {
    if (!isNotFound(err)) throw err
    throw new AppError('NOT_FOUND', `No user ${username} in ${service.where}`, {
      ...err.details,
      hint: `See them with: ${formatCommand(service, 'user list')}`,
    })
  })
}

/** Return a command of MotherDuck, ready to paste, for words such as `user list`. */
export function formatCommand({targetFlags}: Pick<MotherDuckService, 'targetFlags'>, words: string): string {
  return `tokenry motherduck ${words}${targetFlags}`
}
