import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {vendorFlag} from '../../cli/context/vendor-flag.ts'
import {listingFlags} from '../../cli/flags.ts'
import {conditionFlags, describeNoTokens, readConditions, readSort, sortFlag} from '../../cli/tokens/list-flags.ts'
import {timeColumns} from '../../cli/tokens/token-columns.ts'
import {checkTimelinePage, renderTokens, timelineFlags, writeTimelinePage} from '../../cli/tokens/token-list-view.ts'
import {formatOwner, listTokensOfVendors, SORT_KEYS, type VendorToken} from '../../operations/token/list.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import {VENDORS} from '../../vendors/index.ts'

/** The order without --sort. */
const DEFAULT_ORDER = 'by vendor, embedded first, in creation order'

export default class TokenList extends BaseCommand<VendorToken[]> {
  static override summary = 'List the tokens of all vendors that the current contexts can see'
  static override description =
    'Lists the tokens of the embedded service, and of each vendor whose credential is in a variable or in its current context; with --context, only those of that context. If a vendor fails, the tokens of the others are shown, and the exit code is 9. In a pipe, columns are separated by tabs, times are RFC 3339, and id and name come first. The secrets are never shown.'
  static override flags = {
    vendor: vendorFlag(VENDORS, {description: 'Only tokens of this vendor'}),
    sort: sortFlag(SORT_KEYS, DEFAULT_ORDER),
    ...conditionFlags,
    ended: Flags.boolean({description: 'List deleted tokens instead of live ones, where a vendor keeps them'}),
    ...timelineFlags,
    ...listingFlags,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --expiring-within 14d --json',
  ]

  #timeline: boolean | undefined

  protected async execute(): Promise<VendorToken[]> {
    const {flags} = await this.parseFlags(this.parse(TokenList))
    checkTimelinePage(flags)
    this.#timeline = flags.timeline
    const {context, vendor, ended} = flags
    const {tracer: trace, showStderr} = this
    const options = {context, vendor, ended, trace, showStderr}
    const {tokens, where} = await this.busy('Listing tokens', (update) =>
      listTokensOfVendors(this.runtime, {
        ...options,
        conditions: readConditions(flags),
        sort: readSort(flags.sort, SORT_KEYS),
        warn: (text) => this.writer.warn(text),
        onProgress: (places) => update(`Listing tokens: waiting for ${places.join(', ')}`),
      }),
    )
    if (tokens.length === 0) {
      const nothing = `No ${ended ? 'deleted ' : ''}token in ${where.join(', ')}`
      const see = ended ? 'tokenry token list' : 'tokenry whoami'
      await this.writer.note(describeNoTokens(nothing, {flags, see}))
    } else if (where.length > 1 && this.runtime.stderr.isTTY) {
      const {dim} = await this.writer.errColors()
      await this.writer.note(`Using ${where.join(', ')}`, dim)
    }
    await writeTimelinePage(this.runtime, flags, {tokens, title: `Tokens in ${where.join(', ')}`})
    return tokens
  }

  protected render(tokens: VendorToken[], ui: HumanView): Promise<string> {
    const ended = tokens.some(({endedAt}) => endedAt !== null)
    const columns = [...liveColumns(ui), ...(ended ? [endedColumn(ui)] : [])]
    return renderTokens(ui, {tokens, columns, timeline: this.#timeline})
  }
}

const NOT_REPORTED = 'not reported'

/** The first two are pinned (style.md, "Output"). A vendor without ids has `-` there. */
function liveColumns(ui: HumanView): Column<VendorToken>[] {
  return [
    {header: 'ID', value: ({id}) => id ?? '-', id: true},
    {header: 'NAME', value: ({name}) => name, shrink: true},
    // Omitted last, but before the end of a token is cut.
    {header: 'VENDOR', value: ({vendor}) => vendor, dispensable: -1},
    {header: 'CONTEXT', value: ({context}) => context ?? '-', dispensable: -1},
    {header: 'OWNER', value: ({owner}) => (owner ? formatOwner(owner) : NOT_REPORTED), shrink: true, dispensable: 0},
    {header: 'ROLE OR KIND', value: ({role, kind}) => role ?? kind ?? NOT_REPORTED, shrink: true, dispensable: 2},
    ...timeColumns<VendorToken>(ui),
  ]
}

function endedColumn(ui: HumanView): Column<VendorToken> {
  return {header: 'ENDED', value: ({endedAt}) => ui.time(endedAt)}
}
