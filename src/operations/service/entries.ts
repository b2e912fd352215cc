import {AppError} from '../../errors/app-error.ts'
import {refuseBlankName} from '../tokens/refuse-blank-name.ts'

/** Limits of the embedded service, in UTF-16 units. Every vendor can show texts of this length. */
const NAME_LENGTH_MAX = 256
const DESCRIPTION_LENGTH_MAX = 500

/** The kinds of entries in the directory, as commands and messages name them. */
export type EntryNoun = 'organization' | 'workspace' | 'deployment' | 'role' | 'user'

export interface Entry {
  id: string
  name: string
}

/** What the deletion of an entry would do, for --dry-run. */
export interface EntryPlan extends Entry {
  dryRun: true
  action: 'delete'
  /** How many tokens would end. */
  tokenCount: number
}

export function planDeletion({id, name}: Entry, tokenCount: number): EntryPlan {
  return {dryRun: true, action: 'delete', id, name, tokenCount}
}

interface EntryWords {
  noun: EntryNoun
  /** The flag that names the organization, with a space before it. Empty if it is not needed. */
  flag?: string
}

/**
 * Return the entry with this id or name. NOT_FOUND, with `details.gone`, if there is none. CONFLICT
 * if it is the id of one entry and the name of another.
 */
export function findEntry<Item extends Entry>({noun, flag = ''}: EntryWords, entries: Item[], idOrName: string): Item {
  const byId = entries.find(({id}) => id === idOrName)
  const byName = entries.find(({name}) => name === idOrName)
  if (byId && byName && byId !== byName) {
    throw new AppError('CONFLICT', `${idOrName} is the id of one ${noun} and the name of another, ${byName.id}`, {
      hint: 'tokenry does not guess: delete the other one by its id first',
    })
  }
  const found = byId ?? byName
  if (found) return found
  throw new AppError('NOT_FOUND', `No ${noun} ${idOrName}`, {
    hint: `See them with: tokenry service ${noun} list${flag}`,
    gone: {wanted: idOrName},
  })
}

/** Throw USAGE for a name that looks like another name, or that a person could not type again. */
export function checkName(noun: EntryNoun, name: string): void {
  if (name === '' || name.length > NAME_LENGTH_MAX) {
    throw new AppError(
      'USAGE',
      `The name of a ${noun} must have 1 to ${NAME_LENGTH_MAX} characters, not ${name.length}`,
      {
        hint: 'Choose another name',
      },
    )
  }
  refuseBlankName(noun, name)
  if (name !== name.trim()) {
    throw new AppError('USAGE', `The name of a ${noun} must not begin or end with a blank`, {
      hint: `Write it as ${JSON.stringify(name.trim())}`,
    })
  }
}

export function checkDescription(description: string): void {
  if (description.length <= DESCRIPTION_LENGTH_MAX) return
  throw new AppError(
    'USAGE',
    `A description must have at most ${DESCRIPTION_LENGTH_MAX} characters, not ${description.length}`,
    {
      hint: 'Shorten --description',
    },
  )
}
