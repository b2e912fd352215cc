import {expect} from 'chai'
import {type Run, type RunOptions, resultOf, runTokenry, TEST_NOW} from './run-tokenry.ts'
import {openScriptedAstro, page, type Route, type ScriptedAstro, TOKEN} from './scripted-astro.ts'
import {openScriptedMotherDuck, type ScriptedMotherDuck} from './scripted-motherduck.ts'
import type {Step} from './scripted-server.ts'
import {tempFolder} from './temp-folder.ts'

/** A token in the JSON of `token list`. */
export interface Row {
  id?: string
  name: string
  vendor: string
  context: string | null
  owner?: {type: string; id: string}
  kind?: string
  role?: string
  shortToken?: string
  endedAt: string | null
}

/** A home folder, and the vendors that its commands reach by variables: none at first. */
export interface VendorLists {
  home: string
  /** Variables that lead to the vendors that were opened. */
  env(): Record<string, string>
  /** Replace Astro. It has one API token and no agent token unless `steps` say otherwise. */
  openAstro(steps?: Partial<Record<Route, Step | Step[]>>): Promise<ScriptedAstro>
  /** Replace MotherDuck. */
  openMotherDuck(steps?: Record<string, Step>): Promise<ScriptedMotherDuck>
  run(line: string, options?: Partial<RunOptions>): Promise<Run>
  /** Run `token list --json`, expect success, and return the tokens. */
  list(flags?: string, options?: Partial<RunOptions>): Promise<Row[]>
  /** Run a command on the embedded service with --json, at a time in epoch milliseconds. */
  make(line: string, nowMs?: number): Promise<{id: string; token: string}>
  makeAstro(name: string, nowMs?: number): Promise<{id: string; token: string}>
  makeMotherDuck(name: string, nowMs?: number): Promise<{id: string; token: string}>
  close(): Promise<void>
}

export function openVendorLists(): VendorLists {
  const home = tempFolder()
  let astro: ScriptedAstro | undefined
  let motherduck: ScriptedMotherDuck | undefined
  const env = () => ({...astro?.env, ...motherduck?.env})
  const run: VendorLists['run'] = (line, options = {}) =>
    runTokenry(line.split(' '), {home, waits: [], ...options, env: {...env(), ...options.env}})
  async function make(line: string, nowMs = TEST_NOW): Promise<{id: string; token: string}> {
    const done = await runTokenry([...line.split(' '), '--json'], {home, nowMs})
    expect(done.exitCode, done.stdout).to.equal(0)
    return resultOf(done)
  }
  return {
    home,
    env,
    run,
    make,
    async openAstro(steps = {}) {
      await astro?.close()
      astro = await openScriptedAstro({list: withoutAgents(page('tokens', [TOKEN])), ...steps})
      return astro
    },
    async openMotherDuck(steps = {}) {
      await motherduck?.close()
      motherduck = await openScriptedMotherDuck(steps)
      return motherduck
    },
    async list(flags = '', options = {}) {
      const done = await run(['token list', flags, '--json'].filter(Boolean).join(' '), options)
      expect(done, done.stdout).to.include({exitCode: 0, stderr: ''})
      return resultOf<Row[]>(done)
    },
    makeAstro: (name, nowMs) => make(`workspace token create -n ${name} -r WORKSPACE_OWNER -e 30`, nowMs),
    makeMotherDuck: (name, nowMs) => make(`motherduck token create --user admin -n ${name} -e 30d`, nowMs),
    async close() {
      await astro?.close()
      await motherduck?.close()
    },
  }
}

/** Answer the list of agent tokens with `agents`, and that of other tokens with `others`. */
export function withoutAgents(others: Step, agents: Step = page('tokens', [])): Step {
  return (req, res) => (req.path.includes('agent-tokens') ? agents : others)(req, res)
}

export function namesOf(rows: readonly Row[]): string[] {
  return rows.map(({name}) => name)
}

/** Return the cells of a table in a pipe. */
export function cellsOf(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
}
