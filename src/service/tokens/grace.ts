import {DAY_MS} from '../../lib/duration.ts'

/** The longest time that an old value may work next to the new one (design.md, section 5). */
export const GRACE_DAYS_MAX = 7
export const GRACE_MAX_MS = GRACE_DAYS_MAX * DAY_MS
