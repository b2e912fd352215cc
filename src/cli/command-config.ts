import type {Interfaces} from '@oclif/core'
import type {Command} from '@oclif/core/command'
import {Config} from '@oclif/core/config'
import {setLogger} from '@oclif/core/logger'
import pjson from '../../package.json' with {type: 'json'}
import {userAgent} from '../config/user-agent.ts'
import type {Runtime} from '../runtime/runtime.ts'

export interface CommandConfigOptions {
  /** The folder of package.json and oclif.manifest.json. */
  root: string
  /** Called if help is wanted. */
  readManifest(): {commands: Record<string, Command.Cached>}
  runtime: Runtime
}

/**
 * The configuration of oclif, built from the manifest, with the runtime for the commands.
 *
 * `Config.load` is not called. It looks for user plugins, hooks, a theme, the shell and WSL, which
 * tokenry does not have or need. It also sorts by the rules of a language, which Node must load
 * first (docs/start-up.md).
 */
export class CommandConfig extends Config {
  readonly runtime: Runtime
  readonly #readManifest: CommandConfigOptions['readManifest']
  #loaded: Map<string, Command.Loadable> | undefined

  constructor({root, readManifest, runtime}: CommandConfigOptions) {
    super({root})
    this.root = root
    this.runtime = runtime
    this.#readManifest = readManifest
    this.pjson = pjson as unknown as Interfaces.PJSON
    this.name = pjson.name
    this.version = pjson.version
    this.userAgent = userAgent()
    this.bin = pjson.oclif.bin
    this.dirname = pjson.oclif.dirname
    this.topicSeparator = ' '
    this.flexibleTaxonomy = false
    this.platform = process.platform as Interfaces.PlatformTypes
    this.shell = 'unknown'
    // The logger of oclif is the package debug, which it loads for the first line even if no one
    // wants it.
    if (!runtime.env['DEBUG']) setLogger({root, logger: SILENT})
  }

  get #commands(): Map<string, Command.Loadable> {
    this.#loaded ??= new Map(Object.entries(this.#readManifest().commands).map(([id, each]) => [id, loadable(each)]))
    return this.#loaded
  }

  override get commands(): Command.Loadable[] {
    return [...this.#commands.values()]
  }

  /** The topics that package.json describes, and those that only have commands. */
  override get topics(): Interfaces.Topic[] {
    const topics = new Map<string, Interfaces.Topic>()
    for (const [name, topic] of Object.entries(pjson.oclif.topics)) topics.set(name, {...topic, name})
    for (const {id, hidden, summary, description} of this.commands) {
      if (hidden) continue
      const words = id.split(':')
      for (let length = words.length; length > 0; length--) {
        const name = words.slice(0, length).join(':')
        if (!topics.has(name)) topics.set(name, {name, description: summary ?? description})
      }
    }
    return [...topics.values()]
  }

  override findCommand(id: string, options: {must: true}): Command.Loadable
  override findCommand(id: string, options?: {must: boolean}): Command.Loadable | undefined
  override findCommand(id: string, {must = false} = {}): Command.Loadable | undefined {
    return found(this.#commands.get(id), must, `command ${id}`)
  }

  override findTopic(name: string, options: {must: true}): Interfaces.Topic
  override findTopic(name: string, options?: {must: boolean}): Interfaces.Topic | undefined
  override findTopic(name: string, {must = false} = {}): Interfaces.Topic | undefined {
    const topic = this.topics.find((candidate) => candidate.name === name)
    return found(topic, must, `topic ${name}`)
  }

  /** tokenry declares no hooks. */
  override async runHook(): Promise<Interfaces.Hook.Result<never>> {
    return {successes: [], failures: []}
  }
}

/**
 * Add a `load` that throws. tokenry loads its commands itself (main.ts); oclif loads them through
 * plugins.
 */
function loadable(command: Command.Cached): Command.Loadable {
  return {
    ...command,
    load: async () => {
      throw new Error(`Not by oclif: ${command.id}`)
    },
  }
}

function found<Item>(item: Item | undefined, must: boolean, what: string): Item | undefined {
  if (item === undefined && must) throw new Error(`${what} not found`)
  return item
}

const SILENT: Interfaces.Logger = {
  namespace: 'oclif',
  child: () => SILENT,
  debug() {},
  error() {},
  info() {},
  trace() {},
  warn() {},
}
