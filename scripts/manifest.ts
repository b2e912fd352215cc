import {fileURLToPath} from 'node:url'
import {type Interfaces, Plugin} from '@oclif/core'
import pjson from '../package.json' with {type: 'json'}
import {COMMANDS} from '../src/commands/index.ts'
import {ALL_COMMANDS} from './all-commands.ts'
import type {GeneratedFiles} from './generated-files.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

export const MANIFEST_FILE = 'oclif.manifest.json'

/** Return the manifest: help and the normaliser read it instead of loading every command. */
export async function buildManifest(): Promise<GeneratedFiles> {
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
  return {[MANIFEST_FILE]: `${JSON.stringify(manifest, withoutDefaults, 1)}\n`}
}

/** Leave out a false that oclif assumes anyway: every start reads the whole file. */
function withoutDefaults(key: string, value: unknown): unknown {
  return value === false && DEFAULTS.has(key) ? undefined : value
}

const DEFAULTS: ReadonlySet<string> = new Set(['hasDynamicHelp', 'multiple', 'allowNo'])

/**
 * Write the words that a flag or an argument takes as oclif writes its own `options`. A flag with
 * `suggestions` takes other words too; completion offers these. `completes` names what else
 * completes it. A flag with `takesSecret` may hold a token in argv.
 */
function addChoices(cached: Record<string, object> = {}, declared: Record<string, object> = {}): void {
  for (const [name, entry] of Object.entries(declared)) {
    if (!cached[name]) continue
    if ('choices' in entry) Object.assign(cached[name], {options: entry.choices})
    else if ('suggestions' in entry) Object.assign(cached[name], {options: entry.suggestions})
    if ('completes' in entry) Object.assign(cached[name], {completes: entry.completes})
    if ('takesSecret' in entry) Object.assign(cached[name], {takesSecret: entry.takesSecret})
  }
}
