import {listingFlags} from '../../../cli/flags.ts'
import {MotherDuckCommand} from '../../../cli/motherduck/motherduck-command.ts'
import {type ActiveAccountResult, listActiveAccounts} from '../../../operations/motherduck/list-accounts.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class MotherDuckAccountList extends MotherDuckCommand<ActiveAccountResult[]> {
  static override summary = 'List the MotherDuck accounts whose ducklings run'
  static override description =
    'An Admin token is needed. The embedded service runs no ducklings, so its list is empty.'
  static override flags = {...listingFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected async execute(): Promise<ActiveAccountResult[]> {
    const {flags} = await this.parseFlags(this.parse(MotherDuckAccountList))
    const service = await this.connect(flags)
    const accounts = await listActiveAccounts(service)
    if (accounts.length === 0) await this.writer.note(`No duckling runs in ${service.where}`)
    return accounts
  }

  protected render(accounts: ActiveAccountResult[], ui: HumanView): Promise<string> {
    const rows = accounts.flatMap(({username, ducklings}) => ducklings.map((duckling) => ({username, ...duckling})))
    type Row = (typeof rows)[number]
    const columns = [
      {header: 'ID', value: ({id}: Row) => id, id: true},
      {header: 'NAME', value: ({username}: Row) => username, shrink: true},
      {header: 'TYPE', value: ({type}: Row) => type},
      {header: 'STATUS', value: ({status}: Row) => status},
    ]
    return ui.table(columns, rows)
  }
}
