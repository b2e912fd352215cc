import type {ActiveDuckling} from '../../vendors/motherduck/api.ts'
import type {MotherDuckService} from './connect.ts'

/** A user whose ducklings run. */
export interface ActiveAccountResult {
  username: string
  ducklings: ActiveDuckling[]
}

export async function listActiveAccounts({api}: MotherDuckService): Promise<ActiveAccountResult[]> {
  const {accounts} = await api.listActiveAccounts()
  return accounts.map(({username, ducklings}) => ({
    username,
    ducklings: ducklings.map(({id, type, status}) => ({id, type, status})),
  }))
}
