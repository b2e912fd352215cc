import type {AccountRow, StoreSession} from '../../../service/store/store.ts'
import {
  type ActiveDuckling,
  ADMIN_ROLE,
  type DucklingsConfig,
  type InstanceSize,
  type MotherDuckUser,
  type ReadWriteDuckling,
  SIZE_WITHOUT_COOLDOWN,
} from '../api.ts'
import {foldUsername} from '../validate.ts'

/** The name of the vendor in the store. */
export const VENDOR = 'motherduck'

/** The kinds of accounts: people, and service accounts, which the API creates. */
export const PERSON_KIND = 'USER'
export const SERVICE_KIND = 'SERVICE'

/** The role of everyone who is not an administrator. */
const MEMBER_ROLE = 'builder'

export async function findAccountByName(
  session: StoreSession,
  organizationId: string,
  username: string,
): Promise<AccountRow | null> {
  const nameKey = {equal: foldUsername(username)}
  const [account] = await session.listAccounts(organizationId, VENDOR, {nameKey, limit: 1})
  return account ?? null
}

export async function findAccountById(
  session: StoreSession,
  organizationId: string,
  id: string,
): Promise<AccountRow | null> {
  const [account] = await session.listAccounts(organizationId, VENDOR, {id})
  return account ?? null
}

/** Return all accounts, ordered by username. Case is ignored. */
export async function listAccountsByName(
  session: StoreSession,
  organizationId: string,
  filter: {kind?: string} = {},
): Promise<AccountRow[]> {
  const accounts = await session.listAccounts(organizationId, VENDOR, filter)
  return accounts.sort((a, b) => (a.nameKey < b.nameKey ? -1 : 1))
}

/** Return the address of a user. The API requires one; a service account has none. */
export function formatEmail({email, name}: AccountRow): string {
  return email ?? `${name}@localhost`
}

export function toUser(account: AccountRow): MotherDuckUser {
  return {
    id: account.id,
    username: account.name,
    email: formatEmail(account),
    first_name: null,
    last_name: null,
    is_service_account: account.kind === SERVICE_KIND,
    is_deprovisioned: false,
    roles: [account.admin ? ADMIN_ROLE : MEMBER_ROLE],
  }
}

/** The settings of an account in the store. */
interface AccountSettings {
  ducklings?: DucklingsConfig
  /** What runs. The service runs nothing, so this is only here if someone wrote it. */
  running?: ActiveDuckling[]
}

const COOLDOWN_SECONDS_DEFAULT = 60

/** The ducklings of a new account (contracts/motherduck.md, 4.1 and 4.8). */
const FIRST_DUCKLINGS: DucklingsConfig = {
  read_write: {instance_size: 'standard', cooldown_seconds: COOLDOWN_SECONDS_DEFAULT},
  read_scaling: {instance_size: 'standard', flock_size: 4, cooldown_seconds: COOLDOWN_SECONDS_DEFAULT},
}

export function readDucklings(account: AccountRow): DucklingsConfig {
  return readSettings(account).ducklings ?? FIRST_DUCKLINGS
}

export function readRunning(account: AccountRow): ActiveDuckling[] {
  return readSettings(account).running ?? []
}

/** Return the settings of the account with other ducklings, as JSON text. */
export function formatSettings(account: AccountRow, ducklings: DucklingsConfig): string {
  return JSON.stringify({...readSettings(account), ducklings})
}

function readSettings({settings}: AccountRow): AccountSettings {
  return settings === null ? {} : JSON.parse(settings)
}

/** Fill in the cooldown, which every size except one has. */
export function withDefaults({read_write: readWrite, read_scaling: readScaling}: DucklingsConfig): DucklingsConfig {
  return {
    read_write: {instance_size: readWrite.instance_size, ...cooldownOf(readWrite)},
    read_scaling: {
      instance_size: readScaling.instance_size,
      flock_size: readScaling.flock_size,
      ...cooldownOf(readScaling),
    },
  }
}

function cooldownOf({instance_size: size, cooldown_seconds: given}: ReadWriteDuckling): {cooldown_seconds?: number} {
  return hasCooldown(size) ? {cooldown_seconds: given ?? COOLDOWN_SECONDS_DEFAULT} : {}
}

function hasCooldown(size: InstanceSize): boolean {
  return size !== SIZE_WITHOUT_COOLDOWN
}
