import * as Flags from '@oclif/core/flags'
import {choiceFlag, listingFlags} from '../../../cli/flags.ts'
import {MotherDuckCommand} from '../../../cli/motherduck/motherduck-command.ts'
import {toUserResult, type UserResult} from '../../../operations/motherduck/user-result.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {listUsers} from '../../../vendors/motherduck/list-users.ts'

export default class MotherDuckUserList extends MotherDuckCommand<UserResult[]> {
  static override summary = 'List the people and service accounts of the MotherDuck organization'
  static override flags = {
    kind: choiceFlag('kind', {
      choices: ['person', 'service-account'],
      description: 'Only people, or only service accounts',
      placeholder: 'KIND',
    }),
    deprovisioned: Flags.boolean({description: 'Only users who have lost their access'}),
    ...listingFlags,
  }
  static override examples = ['<%= config.bin %> <%= command.id %> --kind service-account']

  protected async execute(): Promise<UserResult[]> {
    const {flags} = await this.parseFlags(this.parse(MotherDuckUserList))
    const service = await this.connect(flags)
    const serviceAccount = flags.kind === undefined ? undefined : flags.kind === 'service-account'
    const users = await this.busy('Listing users', () =>
      listUsers(service, {serviceAccount, deprovisioned: flags.deprovisioned ? true : undefined}),
    )
    if (users.length === 0) await this.writer.note(`No user in ${service.where} to list`)
    return users.map(toUserResult)
  }

  protected render(users: UserResult[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ID', value: ({id}: UserResult) => id, id: true},
      {header: 'NAME', value: ({username}: UserResult) => username, shrink: true},
      {header: 'KIND', value: ({serviceAccount}: UserResult) => (serviceAccount ? 'service account' : 'person')},
      {header: 'ROLES', value: ({roles}: UserResult) => roles.join(', ')},
      {header: 'STATE', value: ({deprovisioned}: UserResult) => (deprovisioned ? 'deprovisioned' : 'active')},
      {header: 'EMAIL', value: ({email}: UserResult) => email, shrink: true, dispensable: 1},
    ]
    return ui.table(columns, users)
  }
}
