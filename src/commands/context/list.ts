import {ContextCommand} from '../../cli/context/context-command.ts'
import {describeCredential, describePlaces} from '../../cli/context/context-view.ts'
import {listingFlags} from '../../cli/flags.ts'
import type {ContextResult} from '../../operations/context/context-result.ts'
import {listContexts} from '../../operations/context/list-contexts.ts'
import type {HumanView} from '../../output/human-view.ts'

export default class ContextList extends ContextCommand<ContextResult[]> {
  static override summary = 'List the contexts'
  static override description =
    'The column CURRENT has the vendors whose commands use the context if nothing else is named.'
  static override flags = {...listingFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected override readonly readsClock = false

  protected async execute(): Promise<ContextResult[]> {
    await this.parseFlags(this.parse(ContextList))
    return listContexts(this.runtime)
  }

  protected render(contexts: ContextResult[], ui: HumanView): Promise<string> {
    return ui.table(
      [
        {header: 'NAME', value: ({name}) => name},
        {header: 'VENDOR', value: ({vendor}) => vendor},
        {header: 'CURRENT', value: ({currentFor}) => currentFor.join(','), optional: true},
        {
          header: 'CREDENTIAL',
          value: ({credential}) => (credential ? describeCredential(credential) : ''),
          shrink: true,
        },
        {header: 'URL', value: ({apiUrl}) => apiUrl ?? '', shrink: true},
        {header: 'PLACES', value: ({places}) => describePlaces(places), shrink: true},
      ],
      contexts,
    )
  }
}
