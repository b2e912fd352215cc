import {BaseCommand} from '../cli/base-command.ts'
import {SCRIPTS, type Shell} from '../cli/completion/scripts.ts'
import {optionalArgument} from '../cli/flags.ts'
import {AppError} from '../errors/app-error.ts'

const SHELLS = Object.keys(SCRIPTS) as Shell[]

interface CompletionScript {
  shell: Shell
  script: string
}

/**
 * @oclif/plugin-autocomplete is not used: every user would have to set it up, an update leaves its
 * files in the cache folder as they are, and it finds commands by oclif's loading of plugins, which
 * tokenry does without.
 */
export default class Completion extends BaseCommand<CompletionScript> {
  static override summary = 'Print the completion script for a shell'
  static override description =
    'The Tab key then completes commands, flags and their values, and ids, names and custom roles of the embedded service. No vendor is called. The examples enable it in bash with the package bash-completion, in zsh and in fish. In bash without that package, add eval "$(tokenry completion bash)" to ~/.bashrc. For PowerShell, see docs/completion.md.'
  static override args = {
    shell: {...optionalArgument('Shell that the script is for'), choices: SHELLS},
  }
  static override examples = [
    'mkdir -p ~/.local/share/bash-completion/completions && <%= config.bin %> <%= command.id %> bash > ~/.local/share/bash-completion/completions/<%= config.bin %>',
    `echo 'autoload -Uz compinit && compinit && eval "$(<%= config.bin %> <%= command.id %> zsh)"' >> ~/.zshrc`,
    'mkdir -p ~/.config/fish/completions && <%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/<%= config.bin %>.fish',
  ]

  protected override readonly readsClock = false

  protected async execute(): Promise<CompletionScript> {
    const {args} = await this.parseFlags(this.parse(Completion))
    const shell = SHELLS.find((name) => name === args.shell)
    if (!shell) {
      throw new AppError('USAGE', args.shell === undefined ? 'No shell is given' : `No completion for ${args.shell}`, {
        hint: `Give one of ${SHELLS.join(', ')}`,
      })
    }
    return {shell, script: SCRIPTS[shell]}
  }

  protected render({script}: CompletionScript): string {
    return script
  }
}
