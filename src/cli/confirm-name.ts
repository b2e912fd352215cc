import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'
import type {Prompter} from '../output/prompter.ts'
import {textFlag} from './flags.ts'

/** Return --confirm, for what destroys more than one thing. */
export function confirmFlag(noun: string) {
  return textFlag('confirm', {description: `The name of the ${noun} once more, with --force`, placeholder: 'NAME'})
}

interface ConfirmFlags {
  force?: boolean | undefined
  confirm?: string | undefined
}

interface ConfirmWords {
  name: string
  /** For use in a sentence: `user`. */
  noun: string
  /** What is destroyed, for the refusal. */
  why: string
}

/**
 * Throw USAGE unless --force and --confirm name what is destroyed, or a person can be asked. Throw
 * USAGE for another name.
 */
export function checkConfirmation({name, noun, why}: ConfirmWords, flags: ConfirmFlags, mayAsk: boolean): void {
  const {force, confirm} = flags
  if (confirm !== undefined && confirm !== name) {
    throw new AppError('USAGE', `--confirm names another ${noun} than ${name}`, {
      hint: `Give the name of the ${noun} to delete in both places`,
    })
  }
  if (force ? confirm !== undefined : mayAsk) return
  throw new AppError('USAGE', `${why}: this needs a confirmation`, {
    hint: `Confirm it with --force --confirm ${shellPath(name)}`,
  })
}

/** Ask a person to type a name, before something that cannot be undone. */
export async function askToType(prompter: Prompter, message: string, wanted: string): Promise<void> {
  const text = await prompter.input({message})
  if (text.trim() !== wanted) throw new AppError('CANCELLED', 'Another name was typed; nothing was changed')
}
