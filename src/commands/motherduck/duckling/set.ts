import {choiceFlag, dryRunFlag, textFlag} from '../../../cli/flags.ts'
import {ducklingFacts} from '../../../cli/motherduck/duckling-view.ts'
import {MotherDuckCommand, userTokenFlags} from '../../../cli/motherduck/motherduck-command.ts'
import {readWholeNumber} from '../../../cli/motherduck/whole-number.ts'
import {describeChange, describePlan} from '../../../cli/tokens/change-view.ts'
import {
  type ChangedDucklings,
  type DucklingPlan,
  planDucklings,
  refuseNoChange,
} from '../../../operations/motherduck/ducklings.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {INSTANCE_SIZES, MOTHERDUCK_LIMITS} from '../../../vendors/motherduck/api.ts'

const {cooldownSecondsMin, cooldownSecondsMax, flockSizeMax} = MOTHERDUCK_LIMITS

const sizeFlag = (name: string, what: string) =>
  choiceFlag(name, {
    choices: INSTANCE_SIZES,
    description: `Size of the ${what} duckling: ${INSTANCE_SIZES.join(', ')}`,
    placeholder: 'SIZE',
  })

const cooldownFlag = (name: string, what: string) =>
  textFlag(name, {
    description: `Cooldown of the ${what} duckling in seconds, ${cooldownSecondsMin} to ${cooldownSecondsMax}; a pulse has none`,
    placeholder: 'SECONDS',
  })

export default class MotherDuckDucklingSet extends MotherDuckCommand<ChangedDucklings | DucklingPlan> {
  static override summary = "Change the sizes of a MotherDuck user's ducklings"
  static override description =
    'What is not given stays as it is: the command reads the sizes, changes them, and writes all of them.'
  static override flags = {
    ...userTokenFlags,
    'read-write': sizeFlag('read-write', 'read/write'),
    'read-write-cooldown': cooldownFlag('read-write-cooldown', 'read/write'),
    'read-scaling': sizeFlag('read-scaling', 'read scaling'),
    'read-scaling-cooldown': cooldownFlag('read-scaling-cooldown', 'read scaling'),
    'flock-size': textFlag('flock-size', {
      description: `Number of read scaling ducklings, 0 to ${flockSizeMax}`,
      placeholder: 'NUMBER',
    }),
    'dry-run': dryRunFlag,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user etl --read-write jumbo',
    '<%= config.bin %> <%= command.id %> --user etl --read-scaling pulse --flock-size 4',
  ]

  protected async execute(): Promise<ChangedDucklings | DucklingPlan> {
    const {flags} = await this.parseFlags(this.parse(MotherDuckDucklingSet))
    const [min, max] = [cooldownSecondsMin, cooldownSecondsMax]
    const changes = {
      readWrite: INSTANCE_SIZES.find((size) => size === flags['read-write']),
      readWriteCooldown: readWholeNumber('--read-write-cooldown', flags['read-write-cooldown'], {min, max}),
      readScaling: INSTANCE_SIZES.find((size) => size === flags['read-scaling']),
      readScalingCooldown: readWholeNumber('--read-scaling-cooldown', flags['read-scaling-cooldown'], {min, max}),
      flockSize: readWholeNumber('--flock-size', flags['flock-size'], {min: 0, max: flockSizeMax}),
    }
    refuseNoChange(changes)
    const {service, username} = await this.openUser(flags)
    const {plan, apply} = await planDucklings(service, username, changes)
    return flags['dry-run'] ? plan : apply()
  }

  protected render(changed: ChangedDucklings | DucklingPlan, ui: HumanView): string {
    if ('dryRun' in changed) return describePlan(changed, ui)
    const {username, changes} = changed
    if (changes.length === 0) return ui.done(`Nothing to change in the ducklings of ${username}`)
    return [
      ui.done(`The ducklings of ${username} were successfully changed`),
      ui.facts(changes.map((change) => [change.field, describeChange(change)])),
      ducklingFacts(changed, ui),
    ].join('\n')
  }
}
