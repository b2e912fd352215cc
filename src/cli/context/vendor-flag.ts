import {EMBEDDED} from '../../config/context-settings.ts'
import type {Vendor} from '../../vendors/vendor.ts'
import {type TextFlag, textFlag} from '../flags.ts'

interface VendorFlagSpec {
  description: string
  /** Whether `embedded` can be named too. */
  embedded?: boolean
}

/**
 * Return --vendor with suggestions, which scripts/manifest.ts writes into the manifest for shell
 * completion. The command checks its value, because the vendors come from the runtime.
 */
export function vendorFlag(
  vendors: readonly Vendor[],
  {description, embedded = false}: VendorFlagSpec,
): TextFlag & {suggestions: string[]} {
  const names = [...vendors.map(({name}) => name), ...(embedded ? [EMBEDDED] : [])]
  const flag = textFlag('vendor', {description: `${description}: ${names.join(', ')}`, placeholder: 'VENDOR'})
  return {...flag, suggestions: names}
}
