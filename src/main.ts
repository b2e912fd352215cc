import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import pjson from '../package.json' with {type: 'json'}
import {readCommandShapes} from './argv/command-shapes.ts'
import {type Invocation, normaliseArgv, wantsJson, wantsNoColor} from './argv/normalise-argv.ts'
import {UnknownCommand} from './argv/usage-errors.ts'
import type {CommandConfigOptions} from './cli/command-config.ts'
import type {CompletableCli} from './cli/completion/complete.ts'
import {findCommandClass} from './commands/index.ts'
import {refuseUndecoded} from './config/refuse-undecoded.ts'
import {userAgent} from './config/user-agent.ts'
import {AppError} from './errors/app-error.ts'
import {describeError} from './errors/describe.ts'
import {isDebugging, privateDetails} from './errors/private-details.ts'
import {Writer} from './output/writer.ts'
import type {Runtime} from './runtime/runtime.ts'

type Manifest = ReturnType<CommandConfigOptions['readManifest']>

/** Not a command: no help, list or suggestion has it. */
const COMPLETE = '__complete'

interface Ending {
  exitCode: number
  /** The command that ran; null if argv does not name one. */
  command: string | null
}

/** Run one command line. `root` is the folder of package.json and oclif.manifest.json. */
export async function main(argv: readonly string[], runtime: Runtime, root: string): Promise<Ending> {
  if (argv[0] === COMPLETE) return answerShell(argv.slice(1), runtime, root)
  if (wantsNoColor(argv)) turnColorOff(runtime.env)
  try {
    refuseUndecoded(argv, runtime)
    const invocation = normaliseArgv(argv, {bin: pjson.oclif.bin, commands: readCommandShapes()})
    const options = {root, readManifest: () => readManifest(root), runtime}
    const exitCode = await dispatch(invocation, options, wantsJson(argv))
    return {exitCode, command: invocation.kind === 'command' ? invocation.id : invocation.kind}
  } catch (thrown) {
    const err = thrown instanceof UnknownCommand ? await nameTool(thrown, runtime) : thrown
    const description = describeError(err)
    const writer = new Writer(wantsJson(argv) ? 'json' : 'human', runtime)
    await writer.fail(description)
    if (isDebugging(runtime.env)) await writer.debugDetails(privateDetails(err))
    return {exitCode: description.exitCode, command: null}
  } finally {
    // Do not close the store while abandoned work may still use it. Ignore an error of close:
    // committed data is on the disk already.
    if (!runtime.signals.abandoned) await runtime.close().catch(() => {})
  }
}

/**
 * Set the variable that everyone who colours reads: our writer, inquirer, and the programs that a
 * command starts.
 */
function turnColorOff(env: Runtime['env']): void {
  env['NO_COLOR'] = '1'
  delete env['FORCE_COLOR']
}

/**
 * Answer the script of a shell that completes a command line (cli/completion/). If anything goes
 * wrong, print nothing, so that the line that is being typed stays as it is. oclif is not loaded:
 * it takes longer than the answer.
 */
async function answerShell(words: readonly string[], runtime: Runtime, root: string): Promise<Ending> {
  try {
    const {printCandidates} = await import('./cli/completion/print-candidates.ts')
    await printCandidates(words, {cli: toCompletable(readManifest(root)), runtime})
  } catch {}
  return {exitCode: 0, command: COMPLETE}
}

/** Return an error that names a vendor's own tool if the unknown command is one of that tool. */
async function nameTool(unknown: UnknownCommand, {vendors}: Runtime): Promise<AppError> {
  const {explainToolCommand} = await import('./argv/tool-commands.ts')
  for (const {tool} of vendors) {
    const commands = await tool.loadCommands?.()
    const explained = commands && explainToolCommand(unknown, commands)
    if (explained) return explained
  }
  return unknown
}

/** Only help and completion read it: it has the text of every flag. */
function readManifest(root: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
}

function toCompletable({commands}: Manifest): CompletableCli {
  const {bin, topics} = pjson.oclif
  return {bin, topics, commands: commands as unknown as CompletableCli['commands']}
}

/**
 * Run the invocation and return its exit code. `--version` does not load oclif: that takes longer
 * than the answer.
 */
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
  if (!load) throw new AppError('INTERNAL', `The table of commands has no ${id}`)
  const {CommandConfig} = await import('./cli/command-config.ts')
  const {default: CommandClass} = await load()
  CommandClass.id = id
  // Do not call CommandClass.run: it loads the whole configuration of oclif.
  return new CommandClass(argv, new CommandConfig(options)).run()
}
