import {countWords, DAY_MS, YEAR_MS} from './duration.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * Return the distance of a moment from now in whole units: `just now`, `5 minutes ago`, `1 hour
 * ago`, `in 30 days`, `in 2 years`. Lifetimes are counted in days, so there are no weeks and no
 * months. Years (of 365 days, as in `--expiration 1y`) begin at two: `in 1 year` would hide that
 * 400 days are left.
 *
 * Both directions round down, so that no remaining time is overstated. A future time is first
 * rounded to the nearest minute, and from one day on to the nearest hour. A token created a moment
 * ago for 30 days has 29 days, 23 hours and 59 minutes left, and this returns `in 30 days`.
 *
 * @param atMs epoch milliseconds of the moment
 * @param nowMs epoch milliseconds of now
 */
export function relativeTime(atMs: number, nowMs: number): string {
  if (atMs <= nowMs) {
    const ago = wholeUnits(nowMs - atMs)
    return ago === undefined ? 'just now' : `${ago} ago`
  }
  const ahead = wholeUnits(settle(atMs - nowMs))
  return ahead === undefined ? 'just now' : `in ${ahead}`
}

function settle(distanceMs: number): number {
  const stepMs = distanceMs < DAY_MS - HOUR_MS / 2 ? MINUTE_MS : HOUR_MS
  return Math.round(distanceMs / stepMs) * stepMs
}

function wholeUnits(distanceMs: number): string | undefined {
  if (distanceMs < MINUTE_MS) return undefined
  if (distanceMs < HOUR_MS) return countWords(Math.floor(distanceMs / MINUTE_MS), 'minute')
  if (distanceMs < DAY_MS) return countWords(Math.floor(distanceMs / HOUR_MS), 'hour')
  if (distanceMs < 2 * YEAR_MS) return countWords(Math.floor(distanceMs / DAY_MS), 'day')
  return countWords(Math.floor(distanceMs / YEAR_MS), 'year')
}
