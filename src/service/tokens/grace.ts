import {DAY_MS} from '../../lib/duration.ts'

/** The longest time that an old secret is valid after a rotation (design.md, section 5). */
export const GRACE_DAYS_MAX = 7
export const GRACE_MAX_MS = GRACE_DAYS_MAX * DAY_MS
