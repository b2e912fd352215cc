import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import pjson from '../package.json' with {type: 'json'}
import {type CliShape, type Invocation, normaliseArgv, wantsJson} from './argv/normalise-argv.ts'
import type {CommandConfigOptions} from './cli/command-config.ts'
import {findCommandClass} from './commands/index.ts'
import {refuseUndecoded} from './config/refuse-undecoded.ts'
import {userAgent} from './config/user-agent.ts'
import {AppError} from './errors/app-error.ts'
import {describeError} from './errors/describe.ts'
import {isDebugging, privateDetails} from './errors/private-details.ts'
import {Writer} from './output/writer.ts'
import type {Runtime} from './runtime/runtime.ts'

type Manifest = CommandConfigOptions['manifest']

interface Ending {
  exitCode: number
  /** The command that ran; null where argv names none. */
  command: string | null
}

/** Run one command line to its end. `root` is the folder of package.json and oclif.manifest.json. */
export async function main(argv: readonly string[], runtime: Runtime, root: string): Promise<Ending> {
  try {
    refuseUndecoded(argv, runtime)
    const manifest: Manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
    const invocation = normaliseArgv(argv, toShape(manifest))
    const exitCode = await dispatch(invocation, {root, manifest, runtime}, wantsJson(argv))
    return {exitCode, command: invocation.kind === 'command' ? invocation.id : invocation.kind}
  } catch (err) {
    const description = describeError(err)
    const writer = new Writer(wantsJson(argv) ? 'json' : 'human', runtime)
    await writer.fail(description)
    if (isDebugging(runtime.env)) await writer.debugDetails(privateDetails(err))
    return {exitCode: description.exitCode, command: null}
  } finally {
    // Work that was abandoned may hold the store for as long as it likes. What is committed is on the disk: a store that cannot be
    // closed changes nothing.
    if (!runtime.signals.abandoned) await runtime.close().catch(() => {})
  }
}

/** What the normaliser has to know of the commands; the manifest holds it, so that no command is loaded for it. */
function toShape({commands}: Manifest): CliShape {
  return {bin: pjson.oclif.bin, commands: commands as unknown as CliShape['commands']}
}

/** A version, and an argv that is wrong, are answered without oclif: loading it takes longer than the answer. */
async function dispatch(invocation: Invocation, options: CommandConfigOptions, json: boolean): Promise<number> {
  if (invocation.kind === 'version') {
    const writer = new Writer(json ? 'json' : 'human', options.runtime)
    if (json) await writer.document({ok: true, result: {version: pjson.version}})
    else await writer.answer(userAgent())
    return 0
  }
  if (invocation.kind === 'help') return runCommand('help', [...invocation.path, ...(json ? ['--json'] : [])], options)
  return runCommand(invocation.id, invocation.argv, options)
}

async function runCommand(id: string, argv: string[], options: CommandConfigOptions): Promise<number> {
  const load = findCommandClass(id)
  if (!load) throw new AppError('INTERNAL', `The manifest names a command that does not exist: ${id}`)
  const {CommandConfig} = await import('./cli/command-config.ts')
  const {default: CommandClass} = await load()
  CommandClass.id = id
  // Not CommandClass.run: that loads the whole configuration.
  return new CommandClass(argv, new CommandConfig(options)).run()
}
