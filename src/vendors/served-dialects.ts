import {ASTRO_SERVED} from './astro/server/served.ts'
import type {ServedDialect} from './served.ts'

/** Every API that `service start` can serve, in the order of messages. */
export const SERVED_DIALECTS: readonly ServedDialect[] = [ASTRO_SERVED]
