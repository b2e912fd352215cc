import {fileURLToPath} from 'node:url'
import {Config, type Interfaces} from '@oclif/core'
import pjson from '../package.json' with {type: 'json'}
import {type CliShape, type Invocation, normaliseArgv, wantsJson} from './argv.ts'
import {type CommandConfig, isDebugging, privateDetails} from './base-command.ts'
import {COMMANDS} from './commands/index.ts'
import {AppError} from './errors/app-error.ts'
import {describeError} from './errors/describe.ts'
import {Writer} from './output/writer.ts'
import type {Runtime} from './runtime.ts'

/** Run one command line to its exit code. `root` is the folder of package.json and oclif.manifest.json. */
export async function main(argv: readonly string[], runtime: Runtime, root: URL): Promise<number> {
  try {
    const config = await loadConfig(runtime, root)
    return await dispatch(normaliseArgv(argv, shapeOf(config)), config, wantsJson(argv))
  } catch (err) {
    const description = describeError(err)
    const writer = new Writer(wantsJson(argv) ? 'json' : 'human', runtime)
    await writer.fail(description)
    if (isDebugging(runtime)) await writer.debug(privateDetails(err))
    return description.exitCode
  } finally {
    // Work that was abandoned may hold the store for as long as it likes. What is committed is on the disk: a store that cannot be
    // closed changes nothing.
    if (!runtime.signals.abandoned) await runtime.close().catch(() => {})
  }
}

async function loadConfig(runtime: Runtime, root: URL): Promise<CommandConfig> {
  const config = await Config.load({root: fileURLToPath(root), pjson: pjson as unknown as Interfaces.PJSON})
  return Object.assign(config, {runtime})
}

/** What the normaliser has to know of the commands; the manifest holds it, so that no command is loaded for it. */
function shapeOf(config: CommandConfig): CliShape {
  const commands = Object.fromEntries(config.commands.map((command) => [command.id, command]))
  return {bin: config.bin, commands: commands as unknown as CliShape['commands']}
}

async function dispatch(invocation: Invocation, config: CommandConfig, json: boolean): Promise<number> {
  if (invocation.kind === 'version') {
    const writer = new Writer(json ? 'json' : 'human', config.runtime)
    if (json) await writer.document({ok: true, result: {version: config.version}})
    else await writer.answer(config.userAgent)
    return 0
  }
  if (invocation.kind === 'help') return runCommand('help', [...invocation.path, ...(json ? ['--json'] : [])], config)
  return runCommand(invocation.id, invocation.argv, config)
}

async function runCommand(id: string, argv: string[], config: CommandConfig): Promise<number> {
  const load = COMMANDS[id]
  if (!load) throw new AppError('INTERNAL', `The manifest names a command that does not exist: ${id}`)
  const {default: CommandClass} = await load()
  CommandClass.id = id
  // Not CommandClass.run: that loads the whole configuration a second time.
  return new CommandClass(argv, config).run()
}
