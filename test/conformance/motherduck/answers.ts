import * as z from 'zod'

// What an answer holds, from contracts/motherduck.md, sections 3 and 4. Other fields are not
// allowed: a key such as `next_cursor` would change what a client does.

const TIME = z.iso.datetime({precision: 0})

export const ERROR = z.strictObject({
  code: z.enum(['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'INTERNAL_SERVER_ERROR']),
  message: z.string(),
  issues: z.array(z.strictObject({message: z.string()})).optional(),
})

export const USERNAME = z.strictObject({username: z.string()})

export const USERS_PAGE = z.strictObject({
  users: z.array(
    z.strictObject({
      id: z.string(),
      username: z.string(),
      email: z.string(),
      first_name: z.string().nullable(),
      last_name: z.string().nullable(),
      is_service_account: z.boolean(),
      is_deprovisioned: z.boolean(),
      roles: z.array(z.string()),
    }),
  ),
  total_count: z.int(),
  next_page_token: z.string().nullable(),
})

const TOKEN_TYPE = z.enum(['read_write', 'read_scaling'])
const TOKEN_FIELDS = {
  id: z.uuid(),
  name: z.string(),
  description: z.string().min(1).optional(),
  created_ts: TIME,
  expire_at: TIME.optional(),
  read_only: z.boolean(),
  token_type: TOKEN_TYPE,
}

export const TOKENS = z.strictObject({tokens: z.array(z.strictObject(TOKEN_FIELDS))})
export const MINTED_TOKEN = z.strictObject({token: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/), ...TOKEN_FIELDS})
export const EMPTY = z.strictObject({})

const SIZE = z.enum(['pulse', 'standard', 'jumbo', 'mega', 'giga'])
const DUCKLING = {instance_size: SIZE, cooldown_seconds: z.int().min(60).max(86_400).optional()}

export const DUCKLINGS = z.strictObject({
  read_write: z.strictObject(DUCKLING),
  read_scaling: z.strictObject({...DUCKLING, flock_size: z.int().min(0).max(64)}),
})

export const ACTIVE_ACCOUNTS = z.strictObject({
  accounts: z.array(
    z.strictObject({
      username: z.string(),
      ducklings: z.array(z.strictObject({id: z.string(), type: z.string(), status: z.string()})),
    }),
  ),
})
