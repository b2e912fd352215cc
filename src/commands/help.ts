import {commands as pluginHelp} from '@oclif/plugin-help'
import {HELP_TOPICS, type HelpTopic} from '../argv/normalise-argv.ts'
import {BaseCommand} from '../cli/base-command.ts'
import {CollectedHelp} from '../cli/help/collected-help.ts'
import {type DescribedExitCode, describeExitCodes} from '../cli/help/help-topics.ts'
import {listVariables} from '../config/environment.ts'
import type {HumanView} from '../output/human-view.ts'
import {readWindowWidth} from '../output/window-width.ts'
import type {Vendor} from '../vendors/vendor.ts'

interface HelpResult {
  help: string
  /** From `help exit-codes`. */
  exitCodes?: DescribedExitCode[]
  /** From `help environment`. */
  variables?: {name: string; meaning: string}[]
}

/**
 * The help command of @oclif/plugin-help. Our writer prints its text, and wraps it under --json.
 */
export default class HelpCommand extends BaseCommand<HelpResult> {
  static override summary = 'Show help for a topic or a command'
  // Without this, oclif waits 10 ms for a word on stdin if none was given.
  static override args = {command: {...pluginHelp.help.args.command, ignoreStdin: true}}
  static override strict = false

  protected override readonly readsClock = false

  protected async execute(): Promise<HelpResult> {
    const {flags} = await this.parseFlags(this.parse(HelpCommand))
    const {stdout, env} = this.runtime
    const width = stdout.isTTY && !flags.json ? readWindowWidth(stdout, env) : undefined
    const help = new CollectedHelp(this.config, width)
    const path = this.argv.filter((word) => !word.startsWith('-'))
    const topic = HELP_TOPICS.find((name) => path.length === 1 && name === path[0])
    if (!topic) return {help: await help.textFor(path)}
    const {vendors} = this.runtime
    return {help: help.textForTopic(topic, vendors), ...listRows(topic, vendors)}
  }

  /** Make headers bold, the only style: bold is readable on light and on dark. */
  protected async render({help}: HelpResult, {colors}: HumanView): Promise<string> {
    return help.replace(/^[A-Z][A-Z ]+$/gm, (header) => colors.bold(header))
  }
}

function listRows(topic: HelpTopic, vendors: readonly Vendor[]): Omit<HelpResult, 'help'> {
  if (topic === 'exit-codes') return {exitCodes: describeExitCodes()}
  return {variables: listVariables(vendors).map(({name, meaning}) => ({name, meaning}))}
}
