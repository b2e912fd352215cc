import * as Flags from '@oclif/core/flags'
import {DeploymentCommand, deploymentFlags} from '../../../cli/deployment-command.ts'
import {choiceFlag, noHeaderFlag, textFlag} from '../../../cli/flags.ts'
import {DAY_MS, parseWindow} from '../../../lib/duration.ts'
import {type ListedToken, listTokens, SORT_KEYS} from '../../../operations/astro/list-tokens.ts'
import type {HumanView} from '../../../output/human-view.ts'
import type {Column} from '../../../output/table.ts'

/** A token that ends within this time stands out. */
const EXPIRES_SOON_MS = 14 * DAY_MS

const SORTS = SORT_KEYS.flatMap((key) => [key, `-${key}`] as const)

export default class DeploymentTokenList extends DeploymentCommand<ListedToken[]> {
  static override summary = 'List the API tokens of a Deployment'
  static override description =
    'In a pipe: values separated by tabs, times as RFC 3339, id and name first. Values of tokens are never shown.'
  static override flags = {
    ...deploymentFlags,
    sort: choiceFlag('sort', {
      choices: SORTS,
      description: `Order: ${SORT_KEYS.join(', ')}; \`-\` before it turns it round. The order of creation without it`,
      placeholder: 'KEY',
    }),
    'expiring-within': textFlag('expiring-within', {
      description: 'Only tokens that expire within this time, such as 14d, 48h or 2w, or have expired',
      placeholder: 'TIME',
    }),
    ended: Flags.boolean({description: 'The tokens that were deleted, instead of those that are there'}),
    'no-header': noHeaderFlag,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --sort -last-used',
    '<%= config.bin %> <%= command.id %> --expiring-within 14d --json',
  ]

  #header = true

  protected async execute(): Promise<ListedToken[]> {
    const {flags} = await this.parseFlags(this.parse(DeploymentTokenList))
    const window = flags['expiring-within']
    const expiringWithinMs = window === undefined ? undefined : parseWindow('--expiring-within', window)
    this.#header = !flags['no-header']
    const entity = await this.openDeployment(flags)
    const options = {entity, sort: parseSort(flags.sort), expiringWithinMs, ended: flags.ended}
    const tokens = await this.busy('Listing API tokens', () => listTokens(this.runtime, options))
    if (tokens.length === 0) await this.#sayWhereNothingIs(entity.name, entity.id)
    for (const token of tokens) await this.#warnOfUnfinished(token)
    return tokens
  }

  protected render(tokens: ListedToken[], ui: HumanView): Promise<string> {
    const ended = tokens.some((token) => token.endedAt !== null)
    return ui.table(ended ? [...columns(ui), endedColumn(ui)] : columns(ui), tokens, {header: this.#header})
  }

  async #sayWhereNothingIs(name: string, id: string): Promise<void> {
    await this.writer.note(
      `No API token to list in deployment ${name} (${id}); make one with: tokenry deployment token create`,
    )
  }

  async #warnOfUnfinished({name, id, unfinishedRotationAt}: ListedToken): Promise<void> {
    if (unfinishedRotationAt === null) return
    await this.writer.warn(
      `A rotation of ${name} (${id}) that began at ${unfinishedRotationAt} was not finished: both values work until it is rotated again`,
    )
  }
}

function columns(ui: HumanView): Column<ListedToken>[] {
  return [
    {header: 'ID', value: ({id}) => id},
    {header: 'NAME', value: ({name}) => name, shrink: true},
    {header: 'ROLE', value: ({role}) => role ?? '-', shrink: true},
    {header: 'CREATED', value: ({createdAt}) => ui.time(createdAt)},
    {
      header: 'EXPIRES',
      value: ({expiresAt}) => ui.time(expiresAt, 'never'),
      style: ({expiresAt}, text) => styleExpiry(expiresAt, text, ui),
    },
    {header: 'LAST USED', value: ({lastUsedAt}) => ui.time(lastUsedAt, 'never')},
    {header: 'DESCRIPTION', value: ({description}) => description, shrink: true},
  ]
}

function endedColumn(ui: HumanView): Column<ListedToken> {
  return {header: 'ENDED', value: ({endedAt}) => ui.time(endedAt)}
}

function styleExpiry(expiresAt: string | null, text: string, {colors, nowMs}: HumanView): string {
  if (expiresAt === null) return text
  const leftMs = Date.parse(expiresAt) - nowMs
  if (leftMs <= 0) return colors.red(text)
  return leftMs <= EXPIRES_SOON_MS ? colors.yellow(text) : text
}

function parseSort(sort: string | undefined) {
  if (sort === undefined) return undefined
  const descending = sort.startsWith('-')
  const key = SORT_KEYS.find((candidate) => candidate === (descending ? sort.slice(1) : sort))
  return key && {key, descending}
}
