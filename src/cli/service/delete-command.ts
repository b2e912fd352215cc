import type {Interfaces} from '@oclif/core'
import {AppError} from '../../errors/app-error.ts'
import {type AlreadyGone, ignoreGone} from '../../operations/ignore-gone.ts'
import type {Entry} from '../../operations/service/entries.ts'
import type {HumanView} from '../../output/human-view.ts'
import {forceFlag} from '../flags.ts'
import {ignoreNotFoundFlag, isAlreadyGone} from '../ignore-not-found.ts'
import {DirectoryCommand, formatCount} from './directory-command.ts'

export const deleteEntryFlags = {force: forceFlag, 'ignore-not-found': ignoreNotFoundFlag}

type DeleteEntryFlags = Interfaces.InferredFlags<typeof deleteEntryFlags>

interface EntryDeletion<Item extends Entry, Deleted> {
  entries: Item[]
  /** Return the entry that the argument names. */
  find(wanted: string): Item | Promise<Item>
  /** Return the question for the confirmation. */
  question(found: Item): string
  apply(found: Item): Promise<Deleted>
}

/** The base of the commands that delete an entry of the directory. */
export abstract class DirectoryDeleteCommand<Deleted extends Entry> extends DirectoryCommand<Deleted | AlreadyGone> {
  /** Why a confirmation is needed, for the refusal. */
  protected abstract readonly whyConfirm: string

  /** Return the sentence about the deleted entry. */
  protected abstract describe(deleted: Deleted): string

  /**
   * Find the entry that the argument names, or that a person chooses, and delete it after a
   * confirmation.
   */
  protected async delete<Item extends Entry>(
    given: string | undefined,
    flags: DeleteEntryFlags,
    open: () => Promise<EntryDeletion<Item, Deleted>>,
  ): Promise<Deleted | AlreadyGone> {
    const ignored = flags['ignore-not-found']
    if (!ignored) this.requireForce(flags.force, this.whyConfirm)
    const {entries, find, question, apply} = await open()
    return ignoreGone({ignored, verb: 'delete'}, async () => {
      const found = await (given === undefined ? this.#choose(entries) : find(given))
      this.requireForce(flags.force, this.whyConfirm)
      await this.confirm(question(found), flags.force)
      return apply(found)
    })
  }

  /** Run a deletion, and show at a terminal how many tokens have ended so far. */
  protected showProgress<T>(work: (onProgress: (endedTokens: number) => void) => Promise<T>): Promise<T> {
    return this.busy(`Deleting the ${this.noun}`, (update) =>
      work((endedTokens) => update(`Deleting the ${this.noun}: ${formatCount(endedTokens, 'API token')} ended`)),
    )
  }

  protected render(deleted: Deleted | AlreadyGone, ui: HumanView): string {
    return ui.done(isAlreadyGone(deleted) ? deleted.message : this.describe(deleted))
  }

  #choose<Item extends Entry>(entries: Item[]): Promise<Item> {
    if (this.prompter && entries.length === 0) {
      throw new AppError('NOT_FOUND', `There is no ${this.noun} to delete`, {
        hint: `Create one with: tokenry service ${this.noun} create`,
      })
    }
    return this.ask(this.noun.toUpperCase(), () => this.select(`Which ${this.title} to delete?`, entries))
  }
}
