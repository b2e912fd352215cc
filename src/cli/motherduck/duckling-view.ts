import type {DucklingResult} from '../../operations/motherduck/ducklings.ts'
import type {HumanView} from '../../output/human-view.ts'

/** Return the sizes of a user's ducklings. */
export function ducklingFacts({username, readWrite, readScaling}: DucklingResult, ui: HumanView): string {
  return ui.facts([
    ['user', username],
    ['read/write', readWrite.size],
    ['read/write cooldown', describeCooldown(readWrite.cooldownSeconds)],
    ['read scaling', readScaling.size],
    ['read scaling cooldown', describeCooldown(readScaling.cooldownSeconds)],
    ['flock size', `${readScaling.flockSize}`],
  ])
}

function describeCooldown(seconds: number | null): string {
  return seconds === null ? 'none' : `${seconds} seconds`
}
