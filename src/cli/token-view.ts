import type {TokenResult} from '../operations/astro/token-result.ts'
import type {HumanView} from '../output/human-view.ts'

/** What is said about a token after it was made or changed. */
export function tokenFacts(token: TokenResult, ui: HumanView): string {
  return ui.facts([
    ['id', token.id],
    ['role', token.role],
    ['created', withAge(token.createdAt, ui)],
    ['expires', token.expiresAt === null ? 'never' : withAge(token.expiresAt, ui)],
    ['last rotated', token.lastRotatedAt && withAge(token.lastRotatedAt, ui)],
    ['description', token.description],
  ])
}

/** `2026-12-22T10:00:00.000Z (in 30 days)` at a terminal, the time alone elsewhere. */
function withAge(iso: string, ui: HumanView): string {
  return ui.terminal ? `${iso} (${ui.time(iso)})` : iso
}
