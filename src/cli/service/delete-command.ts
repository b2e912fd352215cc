import type {Interfaces} from '@oclif/core'
import {AppError} from '../../errors/app-error.ts'
import {type AlreadyGone, ignoreGone} from '../../operations/ignore-gone.ts'
import {type Entry, type EntryPlan, planDeletion} from '../../operations/service/entries.ts'
import type {HumanView} from '../../output/human-view.ts'
import {askToType, checkConfirmation, confirmFlag} from '../confirm-name.ts'
import {dryRunFlag, forceFlag} from '../flags.ts'
import {ignoreNotFoundFlag, isAlreadyGone} from '../ignore-not-found.ts'
import {DirectoryCommand, formatCount} from './directory-command.ts'

export const deleteEntryFlags = {
  'dry-run': dryRunFlag,
  force: forceFlag,
  'ignore-not-found': ignoreNotFoundFlag,
}

/** For an entry whose tokens end with it. */
export const deleteOwnerFlags = {...deleteEntryFlags, confirm: confirmFlag('entry')}

type DeleteEntryFlags = Interfaces.InferredFlags<typeof deleteEntryFlags> & {confirm?: string | undefined}

interface EntryDeletion<Item extends Entry, Deleted> {
  entries: Item[]
  /** Return the entry that the argument names. */
  find(wanted: string): Item | Promise<Item>
  /** Return the question for the confirmation. */
  question(found: Item): string
  /** Return how many tokens end with the entry. Absent if none do. */
  countTokens?(found: Item): number
  apply(found: Item): Promise<Deleted>
}

export type DeleteEntryResult<Deleted> = Deleted | EntryPlan | AlreadyGone

/** The base of the commands that delete an entry of the directory. */
export abstract class DirectoryDeleteCommand<Deleted extends Entry> extends DirectoryCommand<
  DeleteEntryResult<Deleted>
> {
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
  ): Promise<DeleteEntryResult<Deleted>> {
    const ignored = flags['ignore-not-found']
    const dryRun = flags['dry-run']
    if (!ignored && !dryRun) this.requireForce(flags.force, this.whyConfirm)
    const {entries, find, question, countTokens, apply} = await open()
    return ignoreGone({ignored, verb: 'delete'}, async () => {
      const found = await (given === undefined ? this.#choose(entries) : find(given))
      const tokens = countTokens?.(found) ?? 0
      if (dryRun) return planDeletion(found, tokens)
      this.requireForce(flags.force, this.whyConfirm)
      if (tokens > 0 || flags.confirm !== undefined) await this.#confirmName(found, question(found), flags)
      else await this.confirm(question(found), flags.force)
      return apply(found)
    })
  }

  /** Run a deletion, and show at a terminal how many tokens have ended so far. */
  protected showProgress<T>(work: (onProgress: (endedTokens: number) => void) => Promise<T>): Promise<T> {
    return this.busy(`Deleting the ${this.noun}`, (update) =>
      work((endedTokens) => update(`Deleting the ${this.noun}: ${formatCount(endedTokens, 'API token')} ended`)),
    )
  }

  protected render(deleted: DeleteEntryResult<Deleted>, ui: HumanView): string {
    if (isAlreadyGone(deleted)) return ui.done(deleted.message)
    if (!('dryRun' in deleted)) return ui.done(this.describe(deleted))
    const {id, name, tokenCount} = deleted
    const tokens = tokenCount === 0 ? '' : ` and end ${formatCount(tokenCount, 'API token')}`
    return ui.done(`Would delete the ${this.title} ${name} (${id})${tokens}; nothing was changed`)
  }

  /** Tokens that end cannot be brought back: the name must be typed, or given with --confirm. */
  async #confirmName({name}: Entry, question: string, flags: DeleteEntryFlags): Promise<void> {
    checkConfirmation({name, noun: this.noun, why: this.whyConfirm}, flags, this.prompter !== null)
    if (flags.force || !this.prompter) return
    await askToType(this.prompter, `${question} Type the name of the ${this.title} to confirm`, name)
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
