import type {OpenOptions} from '../service/open.ts'
import type {TokenPolicy} from '../service/tokens/policy.ts'
import type {CustomRoleRules, PeopleRules, Vendor} from './vendor.ts'

// `service role` and `service user` have no --vendor, because only one vendor has such rules. The
// other vendors have their own commands for roles and users (design.md, section 3). A test checks
// that there is only one.

type WithPolicy<Rules> = Rules & {
  /** The policy of the vendor that has the rules. */
  policy: TokenPolicy
}

export function loadCustomRoleRules(vendors: readonly Vendor[]): Promise<WithPolicy<CustomRoleRules>> {
  return loadOnlyRules(vendors, ({loadCustomRoles}) => loadCustomRoles)
}

export function loadPeopleRules(vendors: readonly Vendor[]): Promise<WithPolicy<PeopleRules>> {
  return loadOnlyRules(vendors, ({loadPeople}) => loadPeople)
}

/** Load the policy that creates the ids of organizations, workspaces and deployments. */
export async function loadDirectoryPolicy(vendors: readonly Vendor[]): Promise<TokenPolicy> {
  const {policy} = await loadOnlyRules(vendors, ({hasDirectory}) => (hasDirectory ? async () => ({}) : undefined))
  return policy
}

/** Load the options for opening a store: how to create ids, and the seed of each vendor. */
export async function loadOpenOptions(vendors: readonly Vendor[]): Promise<OpenOptions> {
  const {newId} = await loadDirectoryPolicy(vendors)
  return {newId, seeds: vendors.flatMap(({name, seed}) => (seed ? [{vendor: name, run: seed}] : []))}
}

async function loadOnlyRules<Rules>(
  vendors: readonly Vendor[],
  pick: (vendor: Vendor) => (() => Promise<Rules>) | undefined,
): Promise<WithPolicy<Rules>> {
  const found = vendors.flatMap((vendor) => {
    const load = pick(vendor)
    return load ? [{vendor, load}] : []
  })
  const [only] = found
  if (!only || found.length > 1) throw new Error(`${found.length} vendors have these rules, not one`)
  const [rules, policy] = await Promise.all([only.load(), only.vendor.loadPolicy()])
  return {...rules, policy}
}
