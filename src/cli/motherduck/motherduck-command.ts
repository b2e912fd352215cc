import type {Interfaces} from '@oclif/core'
import {relativeTime} from '../../lib/relative-time.ts'
import type {ConnectOptions} from '../../operations/connection.ts'
import {connectMotherDuck, type MotherDuckService} from '../../operations/motherduck/connect.ts'
import type {WantedToken} from '../../operations/motherduck/find-by-secret.ts'
import {findToken} from '../../operations/motherduck/find-token.ts'
import {openTokenUser, type TokenUser, type UserChoice} from '../../operations/motherduck/user.ts'
import type {MotherDuckTokenRecord} from '../../vendors/motherduck/token-port.ts'
import {optionalArgument, textFlag, vendorFlags} from '../flags.ts'
import {describeLastUse} from '../tokens/last-use.ts'
import {VendorCommand} from '../vendor-command.ts'

/** The flags of every MotherDuck command. */
const motherDuckFlags = {
  ...vendorFlags,
  token: {
    ...textFlag('token', {
      description:
        'Token to sign in with, instead of any other credential: the name of a variable, `-` for standard input, or the token itself, which others on this machine can read then',
      placeholder: 'VARIABLE',
    }),
    takesSecret: true,
    helpGroup: 'MOTHERDUCK',
  },
}

const userFlag = textFlag('user', {
  description: 'User whose tokens to work on (default: the one of the context, or the only one)',
  placeholder: 'USERNAME',
  completes: 'user name',
})

export const userTokenFlags = {user: userFlag}

/** MotherDuck's R function finds a token by its name. */
export const tokenNameFlag = textFlag('name', {
  char: 'n',
  description: 'Find the token by its name',
  placeholder: 'NAME',
  completes: 'token name',
})

export const tokenArgument = {
  id: optionalArgument('Id or name of the token; asked for if no flag names the token', 'token'),
}

type MotherDuckFlags = Interfaces.InferredFlags<typeof motherDuckFlags>

/** The base of every MotherDuck command. It opens the API, the user and the token. */
export abstract class MotherDuckCommand<Result> extends VendorCommand<Result> {
  static override baseFlags = motherDuckFlags

  /** Open the API of the context, and tell a person at a terminal where that is. */
  protected async connect(flags: MotherDuckFlags): Promise<MotherDuckService> {
    const {token} = flags
    const options: ConnectOptions = {
      ...this.connection(flags),
      credentialText: token === undefined ? undefined : {flag: '--token', text: token, takesName: true},
    }
    const service = await connectMotherDuck(this.runtime, options)
    await this.sayWhere(service)
    return service
  }

  /**
   * Open the tokens of a user, or of the token that is wanted. If there are several users and a
   * question may be asked, ask which.
   */
  protected async openUser(
    flags: MotherDuckFlags & {user?: string | undefined},
    wanted?: WantedToken,
  ): Promise<TokenUser> {
    const service = await this.connect(flags)
    const user = await openTokenUser(service, {user: flags.user, wanted, choose: this.chooseUser()})
    await this.trace(`user ${user.username}`)
    return user
  }

  /** Return the argument that names a user. If it is missing, ask. */
  protected async readUsername(given: string | undefined, message: string): Promise<string> {
    return given ?? this.ask('USERNAME', (prompter) => prompter.input({message}))
  }

  protected chooseUser(): UserChoice['choose'] {
    const {prompter} = this
    if (!prompter) return undefined
    return (users) =>
      prompter.select({
        message: 'Which user?',
        choices: users.map((value) => ({
          name: value.username,
          value,
          description: value.is_service_account ? 'service account' : value.email,
        })),
      })
  }

  /** Return how the arguments and flags name the token that the command is about. */
  protected async readWanted(
    id: string | undefined,
    flags: {name?: string | undefined; 'token-file'?: string | undefined},
  ): Promise<WantedToken> {
    return {idOrName: id, name: flags.name, secret: await this.readTokenFile(flags['token-file'])}
  }

  /**
   * Find the token that is wanted. If none is named and a question may be asked, ask which; without
   * `question` never ask.
   */
  protected async pickToken(
    user: TokenUser,
    {idOrName, name}: WantedToken,
    question?: string,
  ): Promise<MotherDuckTokenRecord> {
    const {prompter} = this
    return findToken({
      user,
      idOrName,
      name,
      choose:
        prompter && question !== undefined
          ? (tokens) =>
              prompter.select({
                message: question,
                choices: tokens.map((value) => ({name: value.name, value, description: this.#describe(value)})),
              })
          : undefined,
    })
  }

  /**
   * Return `ci (2f…, last used 2 hours ago)`, for the questions before something that cannot be
   * undone. MotherDuck itself does not report the use.
   */
  protected describeToken(token: MotherDuckTokenRecord): string {
    const used = describeLastUse(token, this.runtime.now())
    return `${token.name} (${token.id}${used === null ? '' : `, ${used}`})`
  }

  #describe(token: MotherDuckTokenRecord): string {
    const {id, kind, createdAt, fragment} = token
    const now = this.runtime.now()
    const facts = [
      `created ${relativeTime(Date.parse(createdAt), now)}`,
      describeLastUse(token, now),
      fragment === undefined ? null : `secret ends with ${fragment}`,
    ]
    return [id, kind, ...facts.filter((fact) => fact !== null)].join(', ')
  }
}
