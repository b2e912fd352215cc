// Writes oclif.manifest.json from the command classes; with --check it fails when the committed one differs.
import {fileURLToPath} from 'node:url'
import {type Interfaces, Plugin} from '@oclif/core'
import pjson from '../package.json' with {type: 'json'}
import {COMMANDS} from '../src/commands/index.ts'
import {ALL_COMMANDS} from './all-commands.ts'
import {writeOrCheck} from './generated-files.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The manifest as text: what help and the normaliser read instead of loading every command. */
export async function buildManifest(): Promise<string> {
  process.env['NODE_ENV'] ??= 'production'
  const commands = {strategy: 'explicit', target: './scripts/all-commands.ts', identifier: 'ALL_COMMANDS'}
  const plugin = new Plugin({
    root: ROOT,
    isRoot: true,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    pjson: {...pjson, oclif: {...pjson.oclif, commands}} as unknown as Interfaces.PJSON,
  })
  await plugin.load()
  for (const [id, {baseFlags, flags, args}] of Object.entries(ALL_COMMANDS)) {
    const command = plugin.manifest.commands[id]
    addChoices(command?.flags, {...baseFlags, ...flags})
    addChoices(command?.args, args)
  }
  const sorted = Object.keys(COMMANDS).sort()
  const manifest = {
    version: pjson.version,
    commands: Object.fromEntries(sorted.map((id) => [id, plugin.manifest.commands[id]])),
  }
  return `${JSON.stringify(manifest, withoutDefaults, 1)}\n`
}

/** Every start reads the whole file: what oclif takes for false if it is absent is left out. */
function withoutDefaults(key: string, value: unknown): unknown {
  return value === false && DEFAULTS.has(key) ? undefined : value
}

const DEFAULTS: ReadonlySet<string> = new Set(['hasDynamicHelp', 'multiple', 'allowNo'])

/**
 * The words that a flag or an argument takes, as oclif would write those of its own `options`; of a flag with `suggestions`, those
 * that completion offers, next to which it takes others. With `completes`, what else completes it.
 */
function addChoices(cached: Record<string, object> = {}, declared: Record<string, object> = {}): void {
  for (const [name, entry] of Object.entries(declared)) {
    if (!cached[name]) continue
    if ('choices' in entry) Object.assign(cached[name], {options: entry.choices})
    else if ('suggestions' in entry) Object.assign(cached[name], {options: entry.suggestions})
    if ('completes' in entry) Object.assign(cached[name], {completes: entry.completes})
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeOrCheck({'oclif.manifest.json': await buildManifest()}, {command: 'npm run manifest'})
}
