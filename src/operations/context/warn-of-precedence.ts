import type {Runtime} from '../../runtime/runtime.ts'
import type {Warn} from '../tokens/deliver.ts'

/**
 * Warn of each variable that takes precedence over the current context of one of these vendors, so
 * that its commands go elsewhere.
 */
export async function warnOfPrecedence({env, vendors}: Runtime, names: readonly string[], warn: Warn): Promise<void> {
  const isSet = (name: string) => env[name] !== undefined
  const tools = vendors.filter(({name}) => names.includes(name)).map(({tool}) => tool)
  const variables = isSet('TOKENRY_CONTEXT')
    ? ['TOKENRY_CONTEXT']
    : tools.flatMap(({credentials}) => credentials.map(({name}) => name).filter(isSet))
  for (const variable of variables) {
    await warn(`${variable} is set, and takes precedence over the current context`)
  }
}
