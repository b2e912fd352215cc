import {expect} from 'chai'
import type {TokenAccess} from '../../src/operations/tokens/token-access.ts'
import type {TokenPort, TokenRecord} from '../../src/vendors/token-port.ts'

/** What a port may have in addition to the required methods. */
export const CAPABILITIES = ['mintUnique', 'replaceInSteps', 'graceMaxMs', 'endUnused', 'listEnded'] as const

type Capability = (typeof CAPABILITIES)[number]

/** The keys that every vendor's records share. */
const RECORD_KEYS: Record<keyof TokenRecord, true> = {
  id: true,
  name: true,
  owner: true,
  kind: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  lastRotatedAt: true,
  fragment: true,
}
export const COMMON_KEYS = Object.keys(RECORD_KEYS) as (keyof TokenRecord)[]

/** A place without tokens, behind the port to them. */
export interface PortHarness<Token extends TokenRecord, NewToken> extends TokenAccess<Token, NewToken> {
  /** The owner in every record, if owners are reported. */
  owner?: TokenRecord['owner']
  /** The vendor's clock, in epoch milliseconds. */
  clock: {nowMs: number}
  /** Return a new token that is valid for this many days (default: it never expires). */
  newToken(name: string, days?: number): NewToken
  isValid(secret: string): Promise<boolean>
  /** Make a request with this secret. The use is recorded before the promise resolves. */
  use(secret: string): Promise<void>
  close(): Promise<void>
}

/** A port to test, and what to expect of it. */
export interface PortRun<Token extends TokenRecord, NewToken extends {name: string}> {
  title: string
  open(): Promise<PortHarness<Token, NewToken>>
  capabilities: readonly Capability[]
  /** The common keys that its records have. Its records have no other common key. */
  reported: readonly (keyof TokenRecord)[]
  /** False if the vendor cannot give a token a new secret. */
  replaces: boolean
  /** Whether a duplicate name is always refused. */
  namesUnique: boolean
  /** Whether every token ends: `newToken` without days has the vendor's default. Default: no. */
  everyTokenEnds?: boolean
  /** Whether a new secret restarts `createdAt`. Default: no. */
  replaceRestartsCreation?: boolean
}

export interface OpenPort<Token extends TokenRecord, NewToken extends {name: string}> {
  run: PortRun<Token, NewToken>
  /** Return the harness of the running test. */
  current(): PortHarness<Token, NewToken>
}

export function reports<Token extends TokenRecord, NewToken extends {name: string}>(
  {reported}: PortRun<Token, NewToken>,
  key: keyof TokenRecord,
): boolean {
  return reported.includes(key)
}

export async function listNames<Token extends TokenRecord, NewToken>(
  port: TokenPort<Token, NewToken>,
): Promise<string[]> {
  return (await port.list()).map(({name}) => name)
}

/** Expect a record to have the reported keys, and no other common key. */
export function expectReported(token: TokenRecord, reported: readonly string[]): void {
  for (const key of COMMON_KEYS) {
    if (reported.includes(key)) expect(token, key).to.have.property(key).that.is.not.equal(undefined)
    else expect(token, key).to.not.have.property(key)
  }
}
