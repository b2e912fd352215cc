import {AppError} from '../errors/app-error.ts'
import {listSome} from './list-some.ts'

/** A place that tokens belong to: an organization, a workspace, a deployment. */
interface Place {
  id: string
  name: string
  /** RFC 3339. */
  createdAt: string
}

/**
 * Return the place with this id. If there is none, return the only one with this name; undefined if
 * there is none. CONFLICT, with the ids, if several have the name.
 */
export function findPlace<Item extends Place>(
  items: readonly Item[],
  idOrName: string,
  noun: string,
): Item | undefined {
  const byId = items.find(({id}) => id === idOrName)
  if (byId) return byId
  const [only, ...others] = items.filter(({name}) => name === idOrName)
  if (others.length === 0) return only
  const named = [only, ...others].flatMap((each) => (each ? [`${each.id} (created ${each.createdAt})`] : []))
  throw new AppError('CONFLICT', `${named.length} ${noun}s are named ${idOrName}: ${listSome(named)}`, {
    hint: 'Give the id of the one you mean instead of the name',
  })
}

interface UnnamedWords {
  /** For use in a sentence: `workspace`. */
  noun: string
  /** The command that lists them. */
  list: string
  /** Whether the command has a flag for it. Default: true. */
  hasFlag?: boolean
}

/** Return USAGE for several places of which none is named. It lists them, and how to name one. */
export function refuseUnnamed(
  items: readonly Omit<Place, 'createdAt'>[],
  {noun, list, hasFlag = true}: UnnamedWords,
): AppError {
  const known = listSome(items.map(({id, name}) => `${name} (${id})`))
  const variable = `TOKENRY_${noun.toUpperCase()}_ID`
  return new AppError('USAGE', `There are ${items.length} ${noun}s, and none is named: ${known}`, {
    hint: `Name one with ${hasFlag ? `--${noun}-id or ` : ''}${variable}; see them with: ${list}; or use a context that names one: tokenry context use NAME`,
  })
}
