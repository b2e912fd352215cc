import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import type {TokenState, World} from './world.ts'

/** One request as the binary sends it. Placeholders in braces are defined in world.ts. */
export interface RecordedRequest {
  /** Method and target. */
  request: string
  /** Name of a header set in recorded/headers.json. */
  headers: string
  body?: string
  /** The status that the service must return. */
  status: number
}

/**
 * The source of the credential: A, a token in the environment; B, existing settings; C, a login
 * immediately before (contracts/astro.md, 3).
 */
export type Way = 'A' | 'B' | 'C'

/** One run of the binary: its input, its requests, its output and the resulting changes. */
export interface RecordedRun {
  title: string
  /** The bug of the binary that this run shows: contracts/astro-cli.md, section 3. */
  fault?: string
  /** Default: all three. */
  ways?: Way[]
  /**
   * Settings of the binary that differ from the usual ones; null if the settings do not contain the
   * service.
   */
  settings?: Partial<Settings> | null
  /** Variables in addition to those that every run gets. */
  env?: Record<string, string>
  args: string[]
  stdin?: string
  requests: RecordedRequest[]
  exitCode: number
  stdout: string[]
  stderr: string[]
  /** Changes by token. Absent if the run changes nothing. */
  changes?: Record<string, Partial<TokenState> | null>
}

/** The context in the settings file of the binary. */
export interface Settings {
  token: string
  expiresin: string
  organization: string
  workspace: string
  last_used_workspace: string
  refreshtoken: string
}

const FOLDER = new URL('recorded/', import.meta.url)

/**
 * Header lines by set name, in the order and spelling of the binary. The length of a body is filled
 * in.
 */
export const HEADER_SETS: Record<string, string[]> = JSON.parse(readFileSync(new URL('headers.json', FOLDER), 'utf8'))

/** The files of recorded runs, one for each family of commands. */
export const FAMILIES = readdirSync(FOLDER)
  .filter((file) => file !== 'headers.json')
  .map((file) => file.replace('.json', ''))

export function readRuns(family: string): RecordedRun[] {
  return JSON.parse(readFileSync(new URL(`${family}.json`, FOLDER), 'utf8'))
}

/**
 * Write the runs with one request, one line of output and one changed token on each line, so that a
 * change can be reviewed.
 */
export function writeRuns(family: string, runs: RecordedRun[]): void {
  const list = (items: unknown[]) =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `      ${JSON.stringify(item)}`).join(',\n')}\n    ]`
  const text = runs.map((run) => {
    const given = Object.entries(run).filter(([, value]) => value !== undefined)
    const fields = given.map(([name, value]) => {
      const many = name === 'requests' || name === 'stdout' || name === 'stderr'
      return `    ${JSON.stringify(name)}: ${many ? list(value as unknown[]) : JSON.stringify(value)}`
    })
    return `  {\n${fields.join(',\n')}\n  }`
  })
  writeFileSync(new URL(`${family}.json`, FOLDER), `[\n${text.join(',\n')}\n]\n`)
}

/** Return the bytes of a request. `host`: the name and port that it is sent to. */
export function toBytes({request, headers, body = ''}: RecordedRequest, world: World, host: string): Buffer {
  const lines = (HEADER_SETS[headers] ?? []).map((line) => line.replace('{host}', host))
  const content = Buffer.from(world.expand(body))
  const head = world.expand([`${request} HTTP/1.1`, ...lines].join('\r\n')).replace('{length}', String(content.length))
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), content])
}

/** Return whether all requests of the run only read. */
export function onlyReads({requests}: RecordedRun): boolean {
  return requests.every(({request}) => request.startsWith('GET '))
}
