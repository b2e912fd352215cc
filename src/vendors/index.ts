import {ASTRO} from './astro/vendor.ts'
import {DELTASTREAM} from './deltastream/vendor.ts'
import {MOTHERDUCK} from './motherduck/vendor.ts'
import type {Vendor} from './vendor.ts'

/** Every vendor, in the order in which lists and messages name them. */
export const VENDORS: readonly Vendor[] = [ASTRO, MOTHERDUCK, DELTASTREAM]
