import type {CustomRoleRules, PeopleRules, Vendor} from '../../vendors/vendor.ts'

// `service role` and `service user` have no --vendor, because one vendor alone has such rules: the others manage their roles and
// users with commands of their own (design.md, section 3). A test counts.

type WithVendor<Rules> = Rules & {
  /** The name of the vendor that has the rules. */
  vendor: string
}

export function loadCustomRoleRules(vendors: readonly Vendor[]): Promise<WithVendor<CustomRoleRules>> {
  return loadOnlyRules(vendors, ({loadCustomRoles}) => loadCustomRoles)
}

export function loadPeopleRules(vendors: readonly Vendor[]): Promise<WithVendor<PeopleRules>> {
  return loadOnlyRules(vendors, ({loadPeople}) => loadPeople)
}

async function loadOnlyRules<Rules>(
  vendors: readonly Vendor[],
  pick: (vendor: Vendor) => (() => Promise<Rules>) | undefined,
): Promise<WithVendor<Rules>> {
  const found = vendors.flatMap((vendor) => {
    const load = pick(vendor)
    return load ? [{vendor: vendor.name, load}] : []
  })
  const [only] = found
  if (!only || found.length > 1) throw new Error(`${found.length} vendors have these rules, not one`)
  return {...(await only.load()), vendor: only.vendor}
}
