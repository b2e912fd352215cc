import * as Flags from '@oclif/core/flags'
import {EMBEDDED} from '../../config/context-settings.ts'
import {AppError} from '../../errors/app-error.ts'
import {findVendor} from '../../operations/context/vendor-names.ts'
import type {Vendor, VendorPlace} from '../../vendors/vendor.ts'
import {type TextFlag, textFlag} from '../flags.ts'

/** Return a flag for each place of the vendors. Vendors can share a flag. */
export function placeFlags(vendors: readonly Vendor[]): Record<string, TextFlag> {
  const flags = new Set(vendors.flatMap(({places}) => places.map(({flag}) => flag)))
  return Object.fromEntries(
    [...flags].map((name) => {
      const having = vendors.filter(({places}) => places.some(({flag}) => flag === name))
      const words = new Set(having.flatMap(({places}) => places.filter(({flag}) => flag === name)).map(describe))
      const titles = [...having.map(({title}) => title), ...(having.some(hasEmbedded) ? [EMBEDDED] : [])]
      const description = `${[...words].join(', or ')} (${titles.join(', ')})`
      return [name, textFlag(name, {description, placeholder: name.endsWith('-id') ? 'ID' : 'NAME'})]
    }),
  )
}

function describe({description}: VendorPlace): string {
  return description
}

function hasEmbedded({hasDirectory}: Vendor): boolean {
  return hasDirectory
}

/**
 * Return the ids by the key of the place. USAGE for a place that a context of this vendor lacks.
 */
export function readPlaces(
  vendors: readonly Vendor[],
  vendor: string,
  flags: Record<string, unknown>,
): Record<string, string> {
  const owners = vendor === EMBEDDED ? vendors.filter(hasEmbedded) : [findVendor(vendors, vendor)]
  const own = owners.flatMap(({places}) => places)
  const isGiven = ({flag}: VendorPlace) => typeof flags[flag] === 'string'
  const foreign = vendors
    .flatMap(({places}) => places)
    .filter(isGiven)
    .find((place) => !own.some(({flag}) => flag === place.flag))
  if (foreign) {
    const takes = own.map(({flag}) => `--${flag}`).join(', ')
    throw new AppError('USAGE', `A context of ${vendor} has no place for --${foreign.flag}`, {
      hint: takes ? `It takes ${takes}` : 'It takes no places',
    })
  }
  return Object.fromEntries(own.filter(isGiven).map(({key, flag}) => [key, String(flags[flag])]))
}

/** Return a flag for each vendor whose own tool has contexts that can be read. */
export function importFlags(vendors: readonly Vendor[]) {
  return Object.fromEntries(
    vendors.flatMap(({importContext}) =>
      importContext ? [[importContext.flag, Flags.boolean({description: importContext.description})]] : [],
    ),
  )
}

/** Return the vendor whose tool the flags name; undefined for none. USAGE for several. */
export function readImport(vendors: readonly Vendor[], flags: Record<string, unknown>): Vendor | undefined {
  const named = vendors.filter(({importContext}) => importContext && flags[importContext.flag] === true)
  if (named.length < 2) return named[0]
  const names = named.map(({importContext}) => `--${importContext?.flag}`).join(' and ')
  throw new AppError('USAGE', `${names} exclude each other`, {hint: 'Give one of them'})
}
