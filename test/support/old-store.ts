import {mkdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {newSigningKey} from '../../src/service/signing-keys.ts'
import {createSigner, cutFragment, hashValue, newJti, signToken} from '../../src/service/tokens/format.ts'

const DUMP = join(import.meta.dirname, '../service/store/fixtures/store-v2.sql')

/** Ids in the dump. */
export const OLD = {
  organizationId: 'cq09wnsha3a81i7i89oo0nnl8',
  deletedOrganizationId: 'c354dhe2809ne6vgu1x66o99g',
  laterOrganizationId: 'c8n8me20u5qphgzbpcg1z07e7',
  workspaceId: 'choe1vn2tn3i91yjtzo9qdw68',
  deploymentId: 'ca571lbjgtkbk8w5t5hxn9oek',
  /** The deployment of the workspace `analytics`. */
  otherDeploymentId: 'ckce1ebu61gbsboq0lmqphgn8',
} as const

/** The token ids of the secrets that a test can have, by the placeholder of the secret. */
const TOKEN_IDS = {
  OWNER: 'c986c3zcm7wlq3nvnqfp5db72',
  CURRENT: 'c8h1o56v1c5y8agvdb2wmkwkc',
  DELETED: 'cdjozb1xl47wha0l5nl1tg9o9',
  /** Replaced by AFTER_GRACE; valid until 2026-11-29T09:00:01Z. */
  GRACE: 'cf72gk2kibu8s8mwciur9i11v',
  AFTER_GRACE: 'cf72gk2kibu8s8mwciur9i11v',
  /** The secret of a rotation that was begun, and neither finished nor undone. */
  PENDING: 'c8uthf0v7rmvn9tcc7as50rpy',
} as const

type OldValue = keyof typeof TOKEN_IDS
const OLD_VALUES = Object.keys(TOKEN_IDS) as OldValue[]

const KEY_ID = 'tokenry-8HmHqrLU6kKU'
const ISSUER = 'urn:tokenry:581007aa-0431-452e-97a5-456d59bbfaf3'
const KEY_MADE_AT = Date.parse('2026-01-05T08:00:00Z')
const SIGNED_AT_SECONDS = Date.parse('2026-02-01T10:00:00Z') / 1000

export interface OldStore {
  file: string
  secrets: Record<OldValue, string>
  tokenIds: Record<OldValue, string>
}

/** Create the store of schema version 2 in this folder, with a new signing key and new secrets. */
export function makeOldStore(dataFolder: string): OldStore {
  const key = {...newSigningKey(KEY_MADE_AT), id: KEY_ID}
  const publicJwk = JSON.stringify({...JSON.parse(key.publicJwk), kid: KEY_ID})
  const secrets = Object.fromEntries(
    OLD_VALUES.map((name) => {
      const claims = {iss: ISSUER, sub: TOKEN_IDS[name], org_id: OLD.organizationId, kid: KEY_ID}
      return [
        name,
        signToken({...claims, iat: SIGNED_AT_SECONDS, nbf: SIGNED_AT_SECONDS, jti: newJti()}, createSigner(key)),
      ]
    }),
  ) as Record<OldValue, string>
  const texts: Record<string, string> = {PRIVATE_KEY: key.privateKey, PUBLIC_JWK: publicJwk}
  for (const [name, secret] of Object.entries(secrets)) {
    texts[`${name}_SHA256`] = hashValue(secret)
    texts[`${name}_FRAGMENT`] = cutFragment(secret)
  }
  const file = join(dataFolder, 'tokenry.db')
  mkdirSync(dataFolder, {recursive: true, mode: 0o700})
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; BEGIN')
  db.exec(filled(readFileSync(DUMP, 'utf8'), texts))
  db.exec('COMMIT')
  db.close()
  return {file, secrets, tokenIds: {...TOKEN_IDS}}
}

function filled(dump: string, texts: Record<string, string>): string {
  return dump.replaceAll(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
    const text = texts[name]
    if (text === undefined) throw new Error(`The dump has an unknown placeholder: ${placeholder}`)
    return text
  })
}
