import {AppError} from '../../errors/app-error.ts'
import {relativeTime} from '../../lib/relative-time.ts'
import {findToken} from '../../operations/deltastream/find-token.ts'
import {type DeltaStreamTokens, openTokens} from '../../operations/deltastream/tokens.ts'
import {readSecretFile} from '../../output/secret-input.ts'
import {checkName} from '../../vendors/deltastream/sql/quote.ts'
import type {DeltaStreamTokenRecord} from '../../vendors/deltastream/token-port.ts'
import {fileFlag, optionalArgument, textFlag} from '../flags.ts'
import {describeLastUse} from '../tokens/last-use.ts'
import {DeltaStreamCommand, type DeltaStreamFlags} from './deltastream-command.ts'

export const tokenArgument = {
  name: optionalArgument('Name of the token; asked for if no flag names the token', 'token name'),
}

/** The flags that name an existing token. */
export const tokenFlags = {
  name: textFlag('name', {
    char: 'n',
    description: 'Name of the token, instead of the argument',
    placeholder: 'NAME',
    completes: 'token name',
  }),
  'token-file': fileFlag('token-file', {
    description:
      'Find the token by a file that contains it; `-` is standard input. Only the embedded service can do that',
  }),
}

/** How a command line names a token. */
export interface NamedToken {
  name?: string | undefined
  secret?: string | undefined
}

/** The base of every command about a token of DeltaStream. */
export abstract class DeltaStreamTokenCommand<Result> extends DeltaStreamCommand<Result> {
  protected async openTokens(flags: DeltaStreamFlags): Promise<DeltaStreamTokens> {
    return openTokens(await this.connect(flags))
  }

  /** Read how the command line names a token. Nothing is sent for a name that cannot exist. */
  protected async readNamed(
    argument: string | undefined,
    flags: {name?: string | undefined; 'token-file'?: string | undefined},
  ): Promise<NamedToken> {
    const name = readName(argument, flags.name)
    const file = flags['token-file']
    return {name, secret: file === undefined ? undefined : await readSecretFile(file, this.runtime)}
  }

  /**
   * Find the token. If none is named and a question may be asked, ask which; without `question`
   * never ask.
   */
  protected async pickToken(
    tokens: DeltaStreamTokens,
    named: NamedToken,
    question?: string,
  ): Promise<DeltaStreamTokenRecord> {
    const {prompter} = this
    return findToken({
      tokens,
      ...named,
      choose:
        prompter && question !== undefined
          ? (all) =>
              prompter.select({
                message: question,
                choices: all.map((value) => ({name: value.name, value, description: this.#describe(value)})),
              })
          : undefined,
    })
  }

  /** Warn of an unfinished renewal: until the token is renewed again, it has two secrets. */
  protected async warnOfUnfinished({name, unfinishedRotationAt}: DeltaStreamTokenRecord): Promise<void> {
    if (!unfinishedRotationAt) return
    await this.writer.warn(
      `A renewal of ${name} that began at ${unfinishedRotationAt} was not finished: both secrets work until the token is renewed again`,
    )
  }

  #describe(token: DeltaStreamTokenRecord): string {
    const {role, createdAt} = token
    const now = this.runtime.now()
    const facts = [
      role === undefined ? null : `role ${role}`,
      createdAt === undefined ? null : `created ${relativeTime(Date.parse(createdAt), now)}`,
      describeLastUse(token, now),
    ]
    return facts.filter((fact) => fact !== null).join(', ')
  }
}

/**
 * Return the name in the argument or in --name, which must not differ. INVALID for a name that no
 * token can have.
 */
export function readName(argument: string | undefined, flag: string | undefined): string | undefined {
  if (argument !== undefined && flag !== undefined && argument !== flag) {
    throw new AppError('USAGE', `The argument ${argument} and --name ${flag} name different tokens`, {
      hint: 'Give the name once',
    })
  }
  const name = argument ?? flag
  if (name !== undefined) checkName('name', name)
  return name
}
