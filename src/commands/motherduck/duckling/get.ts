import {ducklingFacts} from '../../../cli/motherduck/duckling-view.ts'
import {MotherDuckCommand, userTokenFlags} from '../../../cli/motherduck/motherduck-command.ts'
import {type DucklingResult, getDucklings} from '../../../operations/motherduck/ducklings.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class MotherDuckDucklingGet extends MotherDuckCommand<DucklingResult> {
  static override summary = "Show the sizes of a MotherDuck user's ducklings"
  static override flags = userTokenFlags
  static override examples = ['<%= config.bin %> <%= command.id %> --user etl']

  protected async execute(): Promise<DucklingResult> {
    const {flags} = await this.parseFlags(this.parse(MotherDuckDucklingGet))
    const {service, username} = await this.openUser(flags)
    return getDucklings(service, username)
  }

  protected render(ducklings: DucklingResult, ui: HumanView): string {
    return ducklingFacts(ducklings, ui)
  }
}
