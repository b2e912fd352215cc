import * as Flags from '@oclif/core/flags'
import {checkNewFile, openNewFile} from '../../files/new-file.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {fileFlag} from '../flags.ts'
import {summariseEnds} from './ends.ts'

const PAGE = 'timeline-html'

/** The flags of a list of tokens that show when each one ends. */
export const timelineFlags = {
  timeline: Flags.boolean({description: 'Draw a bar for each token, up to its end'}),
  [PAGE]: fileFlag(PAGE, {description: 'Also write a page with such bars to a new file, for a browser'}),
} as const

type ListedRow = Pick<TokenRecord, 'id' | 'name' | 'expiresAt'>

interface TimelineFlags {
  timeline?: boolean
  [PAGE]?: string | undefined
}

/** Throw CONFLICT if the file of the page exists, before anything is read. */
export function checkTimelinePage({[PAGE]: file}: TimelineFlags): void {
  if (file !== undefined) checkNewFile(file, `--${PAGE}`)
}

/** Write the page, if it is wanted. CONFIG if it cannot be written. `title`: its heading. */
export async function writeTimelinePage<Row extends ListedRow>(
  {now, files}: Pick<Runtime, 'now' | 'files'>,
  {[PAGE]: file}: TimelineFlags,
  {tokens, title}: {tokens: readonly Row[]; title: string},
): Promise<void> {
  if (file === undefined) return
  const {buildTimelinePage} = await import('./timeline-page.ts')
  const page = openNewFile(file, {flag: `--${PAGE}`, code: 'CONFIG', files})
  try {
    page.publish(buildTimelinePage(tokens, {title, nowMs: now()}))
  } finally {
    page.close()
  }
}

/**
 * Return a list of tokens as a table, or as a timeline. At a terminal, the last line of the table
 * says how many tokens need a look.
 */
export async function renderTokens<Row extends ListedRow>(
  ui: HumanView,
  {tokens, columns, timeline}: {tokens: Row[]; columns: Column<Row>[]; timeline: boolean | undefined},
): Promise<string> {
  if (timeline) return (await import('./timeline.ts')).drawTimeline(tokens, ui)
  const table = await ui.table(columns, tokens)
  return ui.terminal && tokens.length > 0 ? `${table}\n\n${describeEnds(tokens, ui)}` : table
}

function describeEnds(tokens: readonly ListedRow[], ui: HumanView): string {
  const line = summariseEnds(tokens, ui.nowMs)
  return ui.done(line.includes(':') ? `${line} (by end: --sort expires)` : line)
}
