import pjson from '../package.json' with {type: 'json'}
import {describeExitCodes} from '../src/cli/help/help-topics.ts'
import {listVariables} from '../src/config/environment.ts'
import {VENDORS} from '../src/vendors/index.ts'
import {type CommandDoc, type Flag, isGlobal, readCommands, spellFlag, spellUsage} from './command-docs.ts'
import type {GeneratedFiles} from './generated-files.ts'

const FILE = 'docs/tokenry.1'
const BIN = pjson.oclif.bin

const FOLDERS = [
  ['data', '~/.local/share/tokenry', '~/Library/Application Support/tokenry'],
  ['settings and credentials', '~/.config/tokenry', '~/Library/Preferences/tokenry'],
  ['cache of compiled code', '~/.cache/tokenry', '~/Library/Caches/tokenry'],
] as const

/** Return the man page, made from the manifest as docs/commands.md is. Its macros are man(7). */
export function buildManPage(manifest: GeneratedFiles): GeneratedFiles {
  const commands = readCommands(manifest)
  const globals = Object.values(commands[0]?.flags ?? {}).filter(isGlobal)
  const sections: [string, string[]][] = [
    ['NAME', [`${BIN} \\- ${escapeRoff('create, list, rotate, update and revoke API tokens')}`]],
    ['SYNOPSIS', [`.B ${BIN}`, escapeRoff('COMMAND [ARGUMENT] [FLAG ...]')]],
    ['DESCRIPTION', [escapeRoff(`${pjson.description}.`), escapeRoff(WHERE)]],
    ['COMMANDS', commands.flatMap(describeCommand)],
    ['GLOBAL FLAGS', globals.flatMap(describeFlag)],
    ['EXIT STATUS', describeExitCodes().flatMap(({exitCode, codes, meaning}) => item(exitCode, [...codes, meaning]))],
    ['ENVIRONMENT', listVariables(VENDORS).flatMap(({name, meaning}) => item(name, [meaning]))],
    ['FILES', FOLDERS.flatMap(([what, linux, mac]) => item(linux, [what, `on macOS ${mac}`]))],
    [
      'SEE ALSO',
      [escapeRoff(`${BIN} help COMMAND, and ${BIN} help: its last lines name the folder with the documents.`)],
    ],
  ]
  const lines = sections.flatMap(([title, body]) => [`.SH ${title}`, ...body])
  return {[FILE]: `${[`.TH ${BIN.toUpperCase()} 1 "" "${BIN} ${pjson.version}"`, ...lines].join('\n')}\n`}
}

const WHERE =
  'Commands work on the vendor whose credential is set, on the context that is chosen, or on the embedded token service of this machine.'

function describeCommand(command: CommandDoc): string[] {
  return item(spellUsage(command), [command.summary])
}

function describeFlag(flag: Flag): string[] {
  return item(spellFlag(flag), [flag.description])
}

/** A tagged paragraph: its name in bold, and its text below. */
function item(name: string | number, texts: string[]): string[] {
  return ['.TP', `.B ${escapeRoff(String(name))}`, escapeRoff(texts.join(', '))]
}

/** A line that begins with `.` or `'` would be a macro. A bare `-` may be set as a hyphen. */
function escapeRoff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replace(/^\./, '\\&.')
}
