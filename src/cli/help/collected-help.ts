import {join} from 'node:path'
import type {Interfaces} from '@oclif/core'
import type {Command} from '@oclif/core/command'
import type {Config} from '@oclif/core/config'
import {CommandHelp, Help} from '@oclif/core/help'
import {findAlias, listAliases} from '../../argv/list-aliases.ts'
import type {HelpTopic} from '../../argv/normalise-argv.ts'
import {foldExample, foldUsage} from '../../output/fold-command.ts'
import type {Vendor} from '../../vendors/vendor.ts'
import {TOPIC_TEXTS} from './help-topics.ts'

const WIDTH_MAX = 80
const WIDTH_MIN = 40

/** The order of sections: first what a person copies, last what a person looks up. */
const SECTIONS = ['USAGE', 'EXAMPLES', 'DESCRIPTION', 'ALIASES', 'ARGUMENTS', 'FLAGS']

const GLOBAL = 'GLOBAL'

/** The flags that need no command. */
const ROOT_FLAGS: [string, string][] = [
  ['-h, --help', 'Show this help; after a command, with all of its flags'],
  ['--json', 'Print one JSON document'],
  ['--version', 'Print the version'],
]

const ROOT_EXAMPLES = [
  '<%= config.bin %> deployment token create --name ci --role DEPLOYMENT_ADMIN --expiration 30',
  '<%= config.bin %> deployment token list --expiring-within 14d',
  '<%= config.bin %> token verify --token-file token.txt',
]

/**
 * The help of oclif, collected instead of printed, so that one writer prints everything. It has no
 * colour: oclif decides about colour by the streams of the process, our writer by those of the
 * runtime.
 */
export class CollectedHelp extends Help {
  #lines: string[] = []

  constructor(config: Config, columns = WIDTH_MAX) {
    super(config, {maxWidth: Math.max(WIDTH_MIN, Math.min(columns, WIDTH_MAX)), stripAnsi: true})
    this.CommandHelpClass = OrderedCommandHelp
  }

  /** Return the help of a command, a topic, or tokenry itself. */
  async textFor(path: string[]): Promise<string> {
    this.#lines = []
    await this.showHelp(path)
    return `${this.#lines.join('\n').trimEnd()}\n`
  }

  /** Return a help page that is not about commands. */
  textForTopic(topic: HelpTopic, vendors: readonly Vendor[]): string {
    const {summary, intro, header, rows} = TOPIC_TEXTS[topic]
    return `${[summary, this.wrap(intro, 0), this.section(header, rows(vendors))].join('\n\n').trimEnd()}\n`
  }

  protected override log(...lines: string[]): void {
    this.#lines.push(...lines)
  }

  /** Wrap the first line, which oclif does not, and add examples. */
  override formatRoot(): string {
    const [description = '', ...rest] = super.formatRoot().split('\n')
    const examples = this.section(
      'EXAMPLES',
      ROOT_EXAMPLES.map((line) => foldExample(this.render(line), this.opts.maxWidth - this.indentSpacing)).join('\n\n'),
    )
    return [this.wrap(description, 0), ...rest, '', examples].join('\n')
  }

  protected override async showRootHelp(): Promise<void> {
    await super.showRootHelp()
    this.log(this.section('FLAGS', ROOT_FLAGS), '')
    const rows = Object.entries(TOPIC_TEXTS).map(([name, {summary}]): [string, string] => [`help ${name}`, summary])
    this.log(this.section('MORE HELP', rows), '')
    // Not wrapped: a path has to stay whole.
    const paths = ['README.md', 'docs'].map((name) => `  ${join(this.config.root, name)}`)
    this.log(['DOCUMENTS', ...paths].join('\n'))
  }

  /** Show an alias of each topic. */
  protected override formatTopics(topics: Interfaces.Topic[]): string {
    return super.formatTopics(topics.map((topic) => ({...topic, name: withAlias(topic.name)})))
  }

  /** Show an alias of each command. */
  protected override formatCommands(commands: Command.Loadable[]): string {
    return super.formatCommands(commands.map((command) => ({...command, id: withAlias(command.id)})))
  }

  /** Wrap the first line of a topic. oclif wraps only the list below it. */
  protected override summary(command: Command.Loadable): string | undefined {
    const summary = super.summary(command)
    return summary === undefined ? undefined : this.wrap(summary, 0)
  }
}

function withAlias(id: string): string {
  const alias = findAlias(id.split(':'))
  return alias === null ? id : `${id} (${alias})`
}

class OrderedCommandHelp extends CommandHelp {
  /** Sort by `SECTIONS`; any other section, such as the flags of a group, comes after them. */
  protected override sections() {
    const position = (header: string) => (SECTIONS.includes(header) ? SECTIONS.indexOf(header) : SECTIONS.length)
    return super.sections().sort((a, b) => position(a.header) - position(b.header))
  }

  /** Return how the command can be typed, too. oclif knows none of our aliases. */
  protected override aliases(): string | undefined {
    const lines = listAliases(this.command.id.split(/[: ]/)).map((words) => `$ ${this.config.bin} ${words}`)
    return lines.join('\n') || undefined
  }

  /** Return the description only: the summary is already above it. */
  protected override description(): string | undefined {
    const {description} = this.command
    return description ? this.wrap(description) : undefined
  }

  protected override examples(examples: Command.Example[] | string | undefined): string | undefined {
    const lines = [examples ?? []].flat().map((example) => (typeof example === 'string' ? example : example.command))
    const width = this.opts.maxWidth - this.indentSpacing
    return lines.map((line) => foldExample(this.render(line), width)).join('\n\n') || undefined
  }

  /** Sort the global flags last, after the flags of this command and of its group. */
  protected override groupFlags(flags: Command.Flag.Any[]) {
    const {mainFlags, flagGroups} = super.groupFlags(flags)
    const names = Object.keys(flagGroups).sort((a, b) => Number(a === GLOBAL) - Number(b === GLOBAL))
    return {mainFlags, flagGroups: Object.fromEntries(names.map((name) => [name, flagGroups[name] ?? []]))}
  }

  /**
   * Return the usage without the global flags, which would come before those that matter. Fold it
   * here, because oclif folds before it inserts the id.
   */
  protected override usage(): string {
    const {command} = this
    const own = Object.entries(command.flags).filter(([, {helpGroup}]) => helpGroup !== GLOBAL)
    this.command = {...command, flags: Object.fromEntries(own)}
    const usage = this.render(`<%= config.bin %> ${this.defaultUsage()} [GLOBAL FLAGS]`)
    this.command = command
    return foldUsage(usage, this.opts.maxWidth - this.indentSpacing)
  }
}
