import type {OpenOptions} from '../service/open.ts'
import type {TokenPolicy} from '../service/tokens/policy.ts'
import type {CustomRoleRules, PeopleRules, Vendor} from './vendor.ts'

// `service role` and `service user` have no --vendor, because one vendor alone has such rules: the others manage their roles and
// users with commands of their own (design.md, section 3). A test counts.

type WithPolicy<Rules> = Rules & {
  /** Of the vendor that has the rules. */
  policy: TokenPolicy
}

export function loadCustomRoleRules(vendors: readonly Vendor[]): Promise<WithPolicy<CustomRoleRules>> {
  return loadOnlyRules(vendors, ({loadCustomRoles}) => loadCustomRoles)
}

export function loadPeopleRules(vendors: readonly Vendor[]): Promise<WithPolicy<PeopleRules>> {
  return loadOnlyRules(vendors, ({loadPeople}) => loadPeople)
}

/** Load the policy that makes the ids of organizations, workspaces and deployments. */
export async function loadDirectoryPolicy(vendors: readonly Vendor[]): Promise<TokenPolicy> {
  const {policy} = await loadOnlyRules(vendors, ({hasDirectory}) => (hasDirectory ? async () => ({}) : undefined))
  return policy
}

/** Load what the vendors bring to a store that is opened. */
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
