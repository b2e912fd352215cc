import {BaseCommand} from '../cli/base-command.ts'
import {bashScript} from '../cli/completion/bash.ts'
import {fishScript} from '../cli/completion/fish.ts'
import {powershellScript} from '../cli/completion/powershell.ts'
import {completionPaths} from '../cli/completion/tree.ts'
import {zshScript} from '../cli/completion/zsh.ts'
import {optionalArgument} from '../cli/flags.ts'
import {AppError} from '../errors/app-error.ts'

const SCRIPTS = {bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript}

type Shell = keyof typeof SCRIPTS

const SHELLS = Object.keys(SCRIPTS) as Shell[]

interface CompletionScript {
  shell: Shell
  script: string
}

/**
 * Not @oclif/plugin-autocomplete: it wants to be set up by every user, writes files into the cache folder that an update leaves
 * behind, and finds the commands by oclif's loading of plugins, which tokenry does without.
 */
export default class Completion extends BaseCommand<CompletionScript> {
  static override summary = 'Print the completion script for a shell'
  static override description =
    'Words, flags, fixed values and built-in roles are completed; nothing is looked up, so that custom roles are not. The examples switch it on in bash with the package bash-completion, in zsh and in fish. In bash without the package, put eval "$(tokenry completion bash)" into ~/.bashrc. The README says how in PowerShell.'
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
    return {shell, script: SCRIPTS[shell](this.config.bin, completionPaths(this.config))}
  }

  protected render({script}: CompletionScript): string {
    return script
  }
}
