import * as Flags from '@oclif/core/flags'
import {DeltaStreamTokenCommand} from '../../../cli/deltastream/token-command.ts'
import {tokenColumns} from '../../../cli/deltastream/token-view.ts'
import {noHeaderFlag} from '../../../cli/flags.ts'
import {conditionFlags, readConditions, readSort, sortFlag} from '../../../cli/tokens/list-flags.ts'
import {type ListedToken, listTokens, SORT_KEYS} from '../../../operations/deltastream/list-tokens.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class DeltaStreamTokenList extends DeltaStreamTokenCommand<ListedToken[]> {
  static override summary = 'List the API tokens of DeltaStream'
  static override description =
    'In a pipe, columns are separated by tabs, times are RFC 3339, and the name comes first. A narrow terminal shows fewer columns. The secrets are never shown.'
  static override flags = {
    sort: sortFlag(SORT_KEYS),
    ...conditionFlags,
    ended: Flags.boolean({description: 'List dropped tokens instead of live ones'}),
    'no-header': noHeaderFlag,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --expiring-within 14d --json',
  ]

  protected async execute(): Promise<ListedToken[]> {
    const {flags} = await this.parseFlags(this.parse(DeltaStreamTokenList))
    const options = {conditions: readConditions(flags), sort: readSort(flags.sort, SORT_KEYS), ended: flags.ended}
    const tokens = await this.openTokens(flags)
    const listed = await this.busy('Listing tokens', () => listTokens(this.runtime, tokens, options))
    const {where, command} = tokens.words
    if (listed.length === 0) await this.writer.note(`No API token in ${where} to list; see also: ${command('create')}`)
    return listed
  }

  protected render(tokens: ListedToken[], ui: HumanView): Promise<string> {
    return ui.table(tokenColumns(tokens, ui), tokens)
  }
}
