import {type ContextSettings, EMBEDDED, type Settings} from '../../config/context-settings.ts'
import {AppError} from '../../errors/app-error.ts'
import {quoteValue} from '../../lib/quote-value.ts'
import {shellPath} from '../../lib/shell-path.ts'

export interface WantedContext {
  name: string
  /** From --vendor: only a context of this vendor, or of `embedded`. */
  vendor?: string | undefined
}

interface FindOptions {
  /** For a name that does not exist. A name in --context is USAGE, as in every command. */
  missing: 'NOT_FOUND' | 'USAGE'
  /** The words of the command, for the hint: `context use`. */
  retry: (context: ContextSettings) => string
  /** Whether a vendor does not stand for the contexts of `embedded` that serve it. */
  exact?: boolean
}

/**
 * Return the context of the settings with this name. Throw `missing` if there is none, and CONFLICT
 * with the vendors if several have the name.
 */
export function findOnly(
  settings: Settings,
  wanted: WantedContext,
  {missing, retry, exact = false}: FindOptions,
): ContextSettings {
  const {name, vendor} = wanted
  const named = settings.contexts.filter((context) => context.name === name)
  const [found, ...others] =
    vendor === undefined
      ? named
      : named.filter((context) => context.vendor === vendor || (context.vendor === EMBEDDED && !exact))
  if (!found) throw noContext(wanted, missing)
  if (others.length === 0) return found
  const vendors = named.map((context) => context.vendor).join(', ')
  throw new AppError('CONFLICT', `There are several contexts named ${name}: for ${vendors}`, {
    hint: `Name the vendor: tokenry ${retry(found)} --vendor ${found.vendor}`,
  })
}

/** Return a function that writes the command line for a context, for hints. */
export function lineOf(words: string, before = ''): (context: ContextSettings) => string {
  return ({name}) => `${words} ${before}${shellPath(name)}`
}

function noContext({name, vendor}: WantedContext, code: FindOptions['missing']): AppError {
  const shown = /^[!-~]+$/.test(name) ? name : quoteValue(name)
  return new AppError(code, `No context named ${shown}${vendor === undefined ? '' : ` for ${vendor}`}`, {
    hint: 'List them with: tokenry context list',
  })
}
