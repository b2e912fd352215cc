import {basename, relative} from 'node:path/posix'
import pjson from '../package.json' with {type: 'json'}
import {listAliases} from '../src/argv/list-aliases.ts'
import type {GeneratedFiles} from './generated-files.ts'
import {MANIFEST_FILE} from './manifest.ts'
import {DEFINITIONS_PATH, schemaFileOf} from './schemas.ts'

const FILE = 'docs/commands.md'
const BIN = pjson.oclif.bin

export interface Flag {
  name: string
  char?: string
  type: 'boolean' | 'option'
  helpValue?: string
  helpGroup?: string
  description: string
}

interface Argument {
  name: string
  description: string
  required?: boolean
  multiple?: boolean
}

export interface CommandDoc {
  id: string
  summary: string
  description?: string
  hidden?: boolean
  /** Default: true. */
  strict?: boolean
  args: Record<string, Argument>
  flags: Record<string, Flag>
  examples?: string[]
}

/** Return docs/commands.md, made from the manifest. */
export function buildCommandDocs(manifest: GeneratedFiles): GeneratedFiles {
  const commands = readCommands(manifest)
  const globals = Object.values(commands[0]?.flags ?? {}).filter(isGlobal)
  const parts = [
    '# Commands',
    '<!-- Made by `npm run generate`: change what the commands declare in src/commands instead. -->',
    table(
      ['command', 'what it does'],
      commands.map((command) => [
        `[\`${spellWords(command)}\`](#${spellWords(command).replaceAll(' ', '-')})`,
        command.summary,
      ]),
    ),
    'Every command also takes these flags, and `--help`:',
    flagTable(globals),
    `A JSON Schema in [schemas](schemas) describes what a command prints under \`--json\`. The schemas refer to
${linkOf(DEFINITIONS_PATH)}, which must be in the same folder. ${linkOf(schemaFileOf(null))} describes
\`--version\` and the error if no command is found. A later version may add fields, so accept fields that are not described.`,
    'Exit codes: see [In scripts](scripting.md#exit-codes).',
    ...commands.map(describe),
  ]
  return {[FILE]: `${parts.join('\n\n')}\n`}
}

/** Return the commands of the manifest that are not hidden. */
export function readCommands({[MANIFEST_FILE]: text = ''}: GeneratedFiles): CommandDoc[] {
  const manifest: {commands: Record<string, CommandDoc>} = JSON.parse(text)
  return Object.values(manifest.commands).filter(({hidden}) => !hidden)
}

function describe(command: CommandDoc): string {
  const args = Object.values(command.args)
  const flags = Object.values(command.flags).filter((flag) => !isGlobal(flag))
  const aliases = listAliases(command.id.split(':')).map((words) => `${BIN} ${words}`)
  const parts = [
    `## ${spellWords(command)}`,
    `${command.summary}.${command.description ? ` ${command.description}` : ''}`,
    codeBlock([spellUsage(command)]),
    args.length === 0
      ? ''
      : table(
          ['argument', ''],
          args.map(({name, description}) => [`\`${name.toUpperCase()}\``, description]),
        ),
    flagTable(flags),
    (command.examples ?? []).length === 0 ? '' : `For example:\n\n${codeBlock(examplesOf(command))}`,
    aliases.length === 0 ? '' : `Also: ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`,
    `JSON: ${linkOf(schemaFileOf(command.id))}.`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function linkOf(path: string): string {
  return `[${basename(path)}](${relative('docs', path)})`
}

export function spellUsage({id, args, flags, strict}: CommandDoc): string {
  const words = Object.values(args).map(({name, required, multiple}) => {
    const word = `${name.toUpperCase()}${strict === false || multiple ? '...' : ''}`
    return required ? word : `[${word}]`
  })
  const own = Object.values(flags).some((flag) => !isGlobal(flag))
  return [BIN, id.replaceAll(':', ' '), ...words, ...(own ? ['[flags]'] : [])].join(' ')
}

function examplesOf({id, examples = []}: CommandDoc): string[] {
  return examples.map((example) =>
    example.replaceAll('<%= config.bin %>', BIN).replaceAll('<%= command.id %>', id.replaceAll(':', ' ')),
  )
}

function flagTable(flags: Flag[]): string {
  if (flags.length === 0) return ''
  return table(
    ['flag', ''],
    flags.map((flag) => [`\`${spellFlag(flag)}\``, flag.description]),
  )
}

export function spellFlag({name, char, type, helpValue}: Flag): string {
  const value = type === 'option' ? ` ${helpValue}` : ''
  return `${char ? `-${char}, ` : ''}--${name}${value}`
}

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function codeBlock(lines: string[]): string {
  return ['```sh', ...lines, '```'].join('\n')
}

function spellWords({id}: CommandDoc): string {
  return id.replaceAll(':', ' ')
}

export function isGlobal({helpGroup}: Flag): boolean {
  return helpGroup === 'GLOBAL'
}
