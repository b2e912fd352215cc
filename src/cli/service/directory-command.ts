import type {Entry, EntryNoun} from '../../operations/service/entries.ts'
import {
  type Installation,
  type OpenedOrganization,
  openEmbedded,
  openInstallation,
} from '../../operations/service/open-embedded.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import {BaseCommand} from '../base-command.ts'

interface OrganizationFlagValues {
  context?: string | undefined
  'organization-id'?: string | undefined
}

/** The words for questions and answers. */
const TITLES: Record<EntryNoun, string> = {
  organization: 'Organization',
  workspace: 'Workspace',
  deployment: 'Deployment',
  role: 'role',
  user: 'user',
}

/**
 * The base of the commands for the directory of the embedded service. It opens the organization and
 * finds the entry.
 */
export abstract class DirectoryCommand<Result> extends BaseCommand<Result> {
  /** The kind of entry that the command works on. */
  protected abstract readonly noun: EntryNoun

  protected get title(): string {
    return TITLES[this.noun]
  }

  /**
   * Open the organization that the flags name. If there are several and a question may be asked,
   * ask which.
   */
  protected openOrganization(flags: OrganizationFlagValues): Promise<OpenedOrganization> {
    const {context, 'organization-id': organizationId} = flags
    return openEmbedded(this.runtime, {context, organizationId, choose: this.chooser('Organization')})
  }

  protected openInstallation({context}: OrganizationFlagValues): Promise<Installation> {
    return openInstallation(this.runtime, context)
  }

  /** Return a function that asks which entry; undefined if no question may be asked. */
  protected chooser(title: string): (<Item extends Entry>(items: Item[]) => Promise<Item>) | undefined {
    const {prompter} = this
    return prompter ? (items) => this.select(`Which ${title}?`, items) : undefined
  }

  /** Return the name of a new entry: the argument, or the answer to a question. */
  protected async readName(given: string | undefined, argument = 'NAME', what = 'Name'): Promise<string> {
    if (given !== undefined) return given
    return this.ask(argument, (prompter) => prompter.input({message: `${what} of the ${this.title}`}))
  }

  protected select<Item extends Entry>(message: string, items: Item[]): Promise<Item> {
    const choices = items.map((value) => ({name: value.name, value, description: value.id}))
    return this.runtime.prompter.select({message, choices})
  }
}

export abstract class DirectoryListCommand<Row> extends DirectoryCommand<Row[]> {
  protected abstract columns(ui: HumanView): Column<Row>[]

  protected render(rows: Row[], ui: HumanView): Promise<string> {
    return ui.table(this.columns(ui), rows)
  }
}

/** Return `1 API token`, `2 API tokens`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
