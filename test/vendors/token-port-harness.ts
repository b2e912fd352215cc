import {expect} from 'chai'
import type {TokenAccess} from '../../src/operations/tokens/token-access.ts'
import type {TokenPort, TokenRecord} from '../../src/vendors/token-port.ts'

/** What a port may have beyond what every one must. */
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
  /** What every record names as its owner, where that is reported. */
  owner?: TokenRecord['owner']
  /** Epoch milliseconds that the vendor's clock shows. */
  clock: {nowMs: number}
  /** A token that lives this many days, or never ends. */
  newToken(name: string, days?: number): NewToken
  isValid(secret: string): Promise<boolean>
  /** A request with this secret, noted before the promise resolves. */
  use(secret: string): Promise<void>
  close(): Promise<void>
}

/** A port to test, with what is to be expected of it. */
export interface PortRun<Token extends TokenRecord, NewToken extends {name: string}> {
  title: string
  open(): Promise<PortHarness<Token, NewToken>>
  capabilities: readonly Capability[]
  /** The keys that its records have; they have no other one of the common keys. */
  reported: readonly (keyof TokenRecord)[]
  /** False where the vendor gives no token a new secret. */
  replaces: boolean
  /** Whether a name that is taken is refused in any case. */
  namesUnique: boolean
}

export interface OpenPort<Token extends TokenRecord, NewToken extends {name: string}> {
  run: PortRun<Token, NewToken>
  /** The harness of the test that runs. */
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

/** Expect a record to have the keys that are reported, and none of the others. */
export function expectReported(token: TokenRecord, reported: readonly string[]): void {
  for (const key of COMMON_KEYS) {
    if (reported.includes(key)) expect(token, key).to.have.property(key).that.is.not.equal(undefined)
    else expect(token, key).to.not.have.property(key)
  }
}
