import {commands as pluginHelp} from '@oclif/plugin-help'
import {BaseCommand} from '../base-command.ts'
import {CollectedHelp} from '../cli/help.ts'

/** The help command of @oclif/plugin-help, printed by our writer and wrapped under --json. */
export default class HelpCommand extends BaseCommand<{help: string}> {
  static override summary = 'Show help for a topic or a command'
  // Else oclif waits 10 ms for a word on stdin, where none was given.
  static override args = {command: {...pluginHelp.help.args.command, ignoreStdin: true}}
  static override strict = false

  protected async execute(): Promise<{help: string}> {
    await this.parseFlags(this.parse(HelpCommand))
    const help = new CollectedHelp(this.config)
    return {help: await help.textFor(this.argv.filter((word) => !word.startsWith('-')))}
  }

  protected render({help}: {help: string}): string {
    return help
  }
}
