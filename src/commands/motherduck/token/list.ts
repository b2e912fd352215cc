import * as Flags from '@oclif/core/flags'
import {choiceFlag, listingFlags} from '../../../cli/flags.ts'
import {MotherDuckCommand, userTokenFlags} from '../../../cli/motherduck/motherduck-command.ts'
import {tokenColumns} from '../../../cli/motherduck/token-view.ts'
import {conditionFlags, describeNoTokens, readConditions, readSort, sortFlag} from '../../../cli/tokens/list-flags.ts'
import {checkTimelinePage, renderTokens, timelineFlags, writeTimelinePage} from '../../../cli/tokens/token-list-view.ts'
import {AppError} from '../../../errors/app-error.ts'
import {type ListedToken, listAllTokens, listUserTokens, SORT_KEYS} from '../../../operations/motherduck/list-tokens.ts'
import {formatCommand} from '../../../operations/motherduck/user.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {TOKEN_TYPES} from '../../../vendors/motherduck/api.ts'

export default class MotherDuckTokenList extends MotherDuckCommand<ListedToken[]> {
  static override summary = 'List the access tokens of a MotherDuck user'
  static override description =
    'In a pipe, columns are separated by tabs, times are RFC 3339, and id and name come first. A narrow terminal shows fewer columns. The secrets are never shown.'
  static override flags = {
    ...userTokenFlags,
    'all-users': Flags.boolean({description: 'List the tokens of every user of the organization'}),
    sort: sortFlag(SORT_KEYS),
    type: choiceFlag('type', {
      choices: TOKEN_TYPES,
      description: 'Only tokens of this type, read_write or read_scaling',
      placeholder: 'TYPE',
    }),
    ...conditionFlags,
    ended: Flags.boolean({description: 'List deleted tokens instead of live ones'}),
    ...timelineFlags,
    ...listingFlags,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user etl',
    '<%= config.bin %> <%= command.id %> --all-users --expiring-within 14d --json',
  ]

  #users = false
  #timeline: boolean | undefined

  protected async execute(): Promise<ListedToken[]> {
    const {flags} = await this.parseFlags(this.parse(MotherDuckTokenList))
    checkTimelinePage(flags)
    this.#users = flags['all-users']
    this.#timeline = flags.timeline
    if (this.#users && flags.user !== undefined) {
      throw new AppError('USAGE', '--user and --all-users exclude each other', {hint: 'Leave one of them out'})
    }
    const conditions = {...readConditions(flags), kind: flags.type}
    const options = {conditions, sort: readSort(flags.sort, SORT_KEYS), ended: flags.ended}
    if (this.#users) {
      const service = await this.connect(flags)
      const tokens = await this.busy('Listing the tokens of every user', (update) =>
        listAllTokens(this.runtime, service, {
          ...options,
          onProgress: (done, total) => update(`Listing the tokens of every user: ${done} of ${total}`),
        }),
      )
      if (tokens.length === 0)
        await this.#sayNothingFound(flags, `in ${service.where}`, formatCommand(service, 'user list'))
      await writeTimelinePage(this.runtime, flags, {tokens, title: `Tokens in ${service.where}`})
      return tokens
    }
    const user = await this.openUser(flags)
    const tokens = await this.busy('Listing tokens', () => listUserTokens(this.runtime, user, options))
    const create = user.words.command('create')
    if (tokens.length === 0) await this.#sayNothingFound(flags, `of ${user.username} in ${user.service.where}`, create)
    await writeTimelinePage(this.runtime, flags, {tokens, title: `Tokens of ${user.username}`})
    return tokens
  }

  protected render(tokens: ListedToken[], ui: HumanView): Promise<string> {
    const ended = tokens.some(({endedAt}) => endedAt !== null)
    const columns = tokenColumns(ui, {ended, users: this.#users})
    return renderTokens(ui, {tokens, columns, timeline: this.#timeline})
  }

  async #sayNothingFound(flags: {'fail-if-any': boolean}, where: string, command: string): Promise<void> {
    await this.writer.note(describeNoTokens(`No token ${where}`, {flags, see: command}))
  }
}
