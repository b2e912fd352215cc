import type {Interfaces} from '@oclif/core'
import {type TokenResult, toTokenResult} from '../../operations/astro/token-result.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import {tokenFileFlag} from '../flags.ts'
import {EntityCommand} from './entity-command.ts'
import type {EntityFlags} from './entity-flags.ts'
import {tokenDetails} from './token-view.ts'

export const getFlags = {'token-file': tokenFileFlag}

type GetFlags = EntityFlags & Interfaces.InferredFlags<typeof getFlags> & {agent?: boolean}

/** The token to show: by id or name, or by a flag that takes only a name. */
interface Wanted {
  idOrName: string | undefined
  name: string | undefined
  nameFlag?: string
}

export abstract class GetCommand extends EntityCommand<TokenResult> {
  static override description = 'The secret is never shown, only its last characters, to recognise it.'

  /** Only tokens that belong to this kind of entity. */
  protected readonly tokenScope: TokenScope | undefined

  protected async get(wanted: Wanted, flags: GetFlags): Promise<TokenResult> {
    const secret = await this.readTokenFile(flags['token-file'])
    const entity = await this.openEntity(flags, secret)
    const find = {entity, scope: this.tokenScope, agentVerb: 'get', ...wanted} as const
    const token = await this.pickToken(find, `Which ${this.tokenNoun} to show?`)
    await this.warnOfUnfinished(token)
    return toTokenResult(token, entity)
  }

  protected render(token: TokenResult, ui: HumanView): string {
    return tokenDetails(token, ui)
  }
}
