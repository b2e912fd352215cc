import type {TokenAccess} from '../../src/operations/tokens/token-access.ts'
import type {Minted, StagedReplacement, TokenPort, TokenRecord} from '../../src/vendors/token-port.ts'

type Port = TokenPort<TokenRecord, {name: string}>

/** A port of which only the given methods may be called, and a list of the calls in order. */
export interface FakeAccess extends TokenAccess<TokenRecord, {name: string}> {
  /** For example `mint ci`. Tests add their own entries. */
  calls: string[]
}

export function fakeAccess(methods: Partial<Port>): FakeAccess {
  const calls: string[] = []
  const port: Record<string, unknown> = {}
  for (const name of ['list', 'mint', 'replace', 'end']) {
    port[name] = async () => {
      throw new Error(`unexpected call of ${name}`)
    }
  }
  for (const [name, member] of Object.entries(methods)) {
    port[name] = typeof member === 'function' ? recorded(name, member as (...args: unknown[]) => unknown) : member
  }
  function recorded(name: string, method: (...args: unknown[]) => unknown) {
    return (...args: unknown[]) => {
      calls.push([name, ...args.map(describeArgument)].join(' '))
      return method(...args)
    }
  }
  return {
    port: port as unknown as Port,
    words: {
      noun: 'API token',
      where: 'the context prod',
      command: (words) => `tokenry shelf token ${words} --context prod`,
    },
    calls,
  }
}

/** Return a record with an id, a name and the given fields. */
export function fakeToken(name: string, more: Partial<TokenRecord> = {}): TokenRecord {
  return {id: `id-${name}`, name, ...more}
}

export function fakeMinted(token: TokenRecord): Minted<TokenRecord> {
  return {secret: `secret-of-${token.name}`, token}
}

export function fakeStaged(
  token: TokenRecord,
  steps: Partial<Pick<StagedReplacement<TokenRecord>, 'finish' | 'undo'>>,
): StagedReplacement<TokenRecord> {
  const unexpected = (name: string) => async (): Promise<never> => {
    throw new Error(`unexpected call of ${name}`)
  }
  return {...fakeMinted(token), finish: unexpected('finish'), undo: unexpected('undo'), ...steps}
}

function describeArgument(argument: unknown): string {
  if (typeof argument === 'object' && argument !== null && 'name' in argument) return String(argument.name)
  return JSON.stringify(argument)
}
