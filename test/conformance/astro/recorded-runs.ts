import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import type {TokenState, World} from './world.ts'

/** One request as the binary sends it. Placeholders in braces: world.ts. */
export interface RecordedRequest {
  /** Method and target. */
  request: string
  /** Name of a header set in recorded/headers.json. */
  headers: string
  body?: string
  /** What the service has to answer. */
  status: number
}

/** How a run finds its credential: a token in the environment, settings written before, a login just before (contracts/astro.md, 3). */
export type Way = 'A' | 'B' | 'C'

/** One run of the binary: what it is given, what it sends, what it prints, what has changed afterwards. */
export interface RecordedRun {
  title: string
  /** What is wrong with the binary here: contracts/astro-cli.md, section 3. */
  fault?: string
  /** All three unless it is said. */
  ways?: Way[]
  /** What is not as usual in the settings of the binary; null when they say nothing of the service. */
  settings?: Partial<Settings> | null
  /** Variables beside those that every run gets. */
  env?: Record<string, string>
  args: string[]
  stdin?: string
  requests: RecordedRequest[]
  exitCode: number
  stdout: string[]
  stderr: string[]
  /** By token; absent when the run changes nothing. */
  changes?: Record<string, Partial<TokenState> | null>
}

/** What the settings file of the binary says of its context. */
export interface Settings {
  token: string
  expiresin: string
  organization: string
  workspace: string
  last_used_workspace: string
  refreshtoken: string
}

const FOLDER = new URL('recorded/', import.meta.url)

/** Header lines in the order and spelling of the binary, by name. The length of a body is filled in. */
export const HEADER_SETS: Record<string, string[]> = JSON.parse(readFileSync(new URL('headers.json', FOLDER), 'utf8'))

/** The files of recorded runs, one for each family of commands. */
export const FAMILIES = readdirSync(FOLDER)
  .filter((file) => file !== 'headers.json')
  .map((file) => file.replace('.json', ''))

export function readRuns(family: string): RecordedRun[] {
  return JSON.parse(readFileSync(new URL(`${family}.json`, FOLDER), 'utf8'))
}

/** One request, one line of output and one changed token to a line, so that a change can be reviewed. */
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

/** The bytes of a request. `host`: the name and port that it is sent to. */
export function toBytes({request, headers, body = ''}: RecordedRequest, world: World, host: string): Buffer {
  const lines = (HEADER_SETS[headers] ?? []).map((line) => line.replace('{host}', host))
  const content = Buffer.from(world.expand(body))
  const head = world.expand([`${request} HTTP/1.1`, ...lines].join('\r\n')).replace('{length}', String(content.length))
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), content])
}

/** Whether the service is asked for nothing but to look. */
export function onlyReads({requests}: RecordedRun): boolean {
  return requests.every(({request}) => request.startsWith('GET '))
}
