import {AppError} from '../../errors/app-error.ts'
import {shellName} from '../../lib/shell-path.ts'
import {
  type DeltaStreamTokenPort,
  type DeltaStreamTokenRecord,
  deltaStreamTokenPort,
  type NewDeltaStreamToken,
} from '../../vendors/deltastream/token-port.ts'
import {isNotFound} from '../ignore-gone.ts'
import type {TokenAccess, TokenVerbs} from '../tokens/token-access.ts'
import type {DeltaStreamService} from './connect.ts'

/** The tokens of the caller, with the port to them. */
export interface DeltaStreamTokens extends TokenAccess<DeltaStreamTokenRecord, NewDeltaStreamToken> {
  service: DeltaStreamService
  port: DeltaStreamTokenPort
}

const VERBS: TokenVerbs = {
  replace: 'renew',
  end: 'drop',
  replacing: 'renewing',
  replacement: 'renewal',
  // A renewal restarts `Created At` (contracts/deltastream.md, 4.2).
  replaced: 'created',
}

/** The sqlState of a name that another token has. */
const NAME_TAKEN = '42P09'

export function openTokens(service: DeltaStreamService): DeltaStreamTokens {
  const port = deltaStreamTokenPort(service)
  const {replaceInSteps, endUnused} = port
  return {
    service,
    port: {
      ...port,
      mint: (token) => wordMintErrors(service, token, port.mint(token)),
      replace: (token) => nameMissingToken(service, token.name, port.replace(token)),
      ...(replaceInSteps && {
        replaceInSteps: (token, options) => nameMissingToken(service, token.name, replaceInSteps(token, options)),
      }),
      end: (token) => nameMissingToken(service, token.name, port.end(token)),
      ...(endUnused && {
        endUnused: (token, unusedForMs) => nameMissingToken(service, token.name, endUnused(token, unusedForMs)),
      }),
    },
    words: {
      noun: 'API token',
      where: service.where,
      verbs: VERBS,
      command: (words) => formatCommand(service, `token ${words}`),
    },
  }
}

/** Return NOT_FOUND for a token, with where it was looked for and the command that lists them. */
export function noToken(service: Pick<DeltaStreamService, 'where' | 'targetFlags'>, name: string): AppError {
  return new AppError('NOT_FOUND', `No API token ${name} in ${service.where}`, {
    hint: `See them with: ${formatCommand(service, 'token list')}`,
  })
}

/** Return NOT_FOUND for a role, with where it was looked for and the command that lists them. */
export function noRole(service: Pick<DeltaStreamService, 'where' | 'targetFlags'>, name: string): AppError {
  return new AppError('NOT_FOUND', `No role ${name} in ${service.where}`, {
    hint: `See the roles with: ${formatCommand(service, 'role list')}`,
  })
}

/** Return CONFLICT for a name that another token has, with what can be done about it. */
export function nameTaken(service: Pick<DeltaStreamService, 'where' | 'targetFlags'>, name: string): AppError {
  const key = shellName(name)
  const [renew, drop] = ['renew', 'drop'].map((verb) => formatCommand(service, `token ${verb} ${key} --force`))
  return new AppError('CONFLICT', `An API token named ${name} already exists in ${service.where}`, {
    hint: `Choose another name, give it a new secret with: ${renew}, or end it with: ${drop}`,
  })
}

/** Return a command of DeltaStream, ready to paste, for words such as `role list`. */
export function formatCommand({targetFlags}: Pick<DeltaStreamService, 'targetFlags'>, words: string): string {
  return `tokenry deltastream ${words}${targetFlags}`
}

/** Return a new error with the facts of the vendor's answer to another one. */
export function reword(err: AppError, {message, details}: AppError): AppError {
  return new AppError(err.code, message, {...err.details, ...details, cause: err})
}

/** Name a missing role, and the commands for the token that has the name of the new one. */
async function wordMintErrors<Result>(
  service: DeltaStreamService,
  {name, role}: NewDeltaStreamToken,
  work: Promise<Result>,
): Promise<Result> {
  return work.catch((err: unknown) => {
    if (!(err instanceof AppError)) throw err
    if (err.code === 'NOT_FOUND' && err.details.vendorCode === MISSING_ROLE) throw reword(err, noRole(service, role))
    if (err.details.vendorCode !== NAME_TAKEN) throw err
    throw reword(err, nameTaken(service, name))
  })
}

/** The sqlState of a role that does not exist. The role of the session may be the missing one. */
export const MISSING_ROLE = '3D001'

/** The sqlState of a token that does not exist, or that belongs to someone else. */
export const MISSING_TOKEN = '3D012'

async function nameMissingToken<Result>(
  service: DeltaStreamService,
  name: string,
  work: Promise<Result>,
): Promise<Result> {
  return work.catch((err: unknown) => {
    if (!isNotFound(err) || ![MISSING_TOKEN, undefined].includes(err.details.vendorCode)) throw err
    throw reword(err, noToken(service, name))
  })
}
