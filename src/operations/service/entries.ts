import {AppError} from '../../errors/app-error.ts'
import {refuseBlankName} from '../tokens/refuse-blank-name.ts'

/** Limits of the embedded service, in UTF-16 units; every vendor can show names and descriptions of this length. */
const NAME_LENGTH_MAX = 256
const DESCRIPTION_LENGTH_MAX = 500

/** What an organization consists of, as the commands and the messages call it. */
export type EntryNoun = 'organization' | 'workspace' | 'deployment' | 'role' | 'user'

export interface Entry {
  id: string
  name: string
}

interface EntryWords {
  noun: EntryNoun
  /** What leads a command to the organization, with a space before it; empty where nothing has to. */
  flag?: string
}

/** The entry that an id or a name means. NOT_FOUND when none does; CONFLICT when it is the id of one and the name of another. */
export function findEntry<Item extends Entry>({noun, flag = ''}: EntryWords, entries: Item[], idOrName: string): Item {
  const byId = entries.find(({id}) => id === idOrName)
  const byName = entries.find(({name}) => name === idOrName)
  if (byId && byName && byId !== byName) {
    throw new AppError('CONFLICT', `${idOrName} is the id of one ${noun} and the name of another, ${byName.id}`, {
      hint: 'Nothing is guessed here: delete the other one by its id first',
    })
  }
  const found = byId ?? byName
  if (found) return found
  throw new AppError('NOT_FOUND', `No ${noun} ${idOrName}`, {
    hint: `See them with: tokenry service ${noun} list${flag}`,
  })
}

/** USAGE for a name that could not be told from another one, or not be typed again. */
export function checkName(noun: EntryNoun, name: string): void {
  if (name === '' || name.length > NAME_LENGTH_MAX) {
    throw new AppError('USAGE', `The name of a ${noun} has 1 to ${NAME_LENGTH_MAX} characters, not ${name.length}`, {
      hint: 'Choose another name',
    })
  }
  refuseBlankName(noun, name)
  if (name !== name.trim()) {
    throw new AppError('USAGE', `The name of a ${noun} neither begins nor ends with a blank`, {
      hint: `Write it as ${JSON.stringify(name.trim())}`,
    })
  }
}

export function checkDescription(description: string): void {
  if (description.length <= DESCRIPTION_LENGTH_MAX) return
  throw new AppError(
    'USAGE',
    `A description has at most ${DESCRIPTION_LENGTH_MAX} characters, not ${description.length}`,
    {
      hint: 'Shorten --description',
    },
  )
}
