import {EMBEDDED} from '../../config/context-settings.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Vendor} from '../../vendors/vendor.ts'

/** Return the vendor of this name. USAGE if there is none. */
export function findVendor(vendors: readonly Vendor[], name: string): Vendor {
  const vendor = vendors.find((each) => each.name === name)
  if (!vendor) throw unknownVendor(vendors.map((each) => each.name))
  return vendor
}

/** Throw USAGE unless this is the name of a vendor or `embedded`. */
export function checkVendorName(vendors: readonly Vendor[], name: string): void {
  const known = [...vendors.map((each) => each.name), EMBEDDED]
  if (!known.includes(name)) throw unknownVendor(known)
}

function unknownVendor(known: readonly string[]): AppError {
  return new AppError('USAGE', `--vendor must be one of ${known.join(', ')}`, {
    hint: `Write, for example: --vendor ${known[0]}`,
  })
}
