import * as Flags from '@oclif/core/flags'
import {DeltaStreamTokenCommand} from '../../../cli/deltastream/token-command.ts'
import {tokenColumns} from '../../../cli/deltastream/token-view.ts'
import {listingFlags} from '../../../cli/flags.ts'
import {conditionFlags, describeNoTokens, readConditions, readSort, sortFlag} from '../../../cli/tokens/list-flags.ts'
import {checkTimelinePage, renderTokens, timelineFlags, writeTimelinePage} from '../../../cli/tokens/token-list-view.ts'
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
    ...timelineFlags,
    ...listingFlags,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --expiring-within 14d --json',
  ]

  #timeline: boolean | undefined

  protected async execute(): Promise<ListedToken[]> {
    const {flags} = await this.parseFlags(this.parse(DeltaStreamTokenList))
    checkTimelinePage(flags)
    this.#timeline = flags.timeline
    const options = {conditions: readConditions(flags), sort: readSort(flags.sort, SORT_KEYS), ended: flags.ended}
    const tokens = await this.openTokens(flags)
    const listed = await this.busy('Listing tokens', () => listTokens(this.runtime, tokens, options))
    const {where, command} = tokens.words
    if (listed.length === 0) {
      await this.writer.note(describeNoTokens(`No API token in ${where}`, {flags, see: command('create')}))
    }
    await writeTimelinePage(this.runtime, flags, {tokens: listed, title: `API tokens in ${where}`})
    return listed
  }

  protected render(tokens: ListedToken[], ui: HumanView): Promise<string> {
    return renderTokens(ui, {tokens, columns: tokenColumns(tokens, ui), timeline: this.#timeline})
  }
}
