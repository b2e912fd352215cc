import {cpSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import type {HttpServer} from '../../src/service/http/node.ts'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {serveAstro} from './astro-server.ts'
import {isAtOrIn, readNewFile} from './new-file.ts'
import {type Run, type RunOptions, runTokenry, TEST_NOW} from './run-tokenry.ts'
import {tempFolder} from './temp-folder.ts'

/** A home folder, and the secret of an organization owner in its store. */
export interface CallerHome {
  folder: string
  caller: string
}

/** A run, with what it left behind. */
export interface DoneRun extends Run {
  /** What `--output` wrote; null without it. */
  newFile: string | null
  /** Every token of the store, with its roles, after the run. */
  state: string[]
}

export interface HttpRun extends DoneRun {
  /** Every other file below the home folder of the client, as text by path. */
  files: Record<string, string>
}

interface RunFiles {
  secretFile: string
  newFile: string
}

/** How the API of a vendor is served in this process, and which variables lead a command there. */
export interface ServedVendor {
  serve(service: TokenService, options: {now: () => number}): Promise<HttpServer>
  /** `address`: host and port. */
  env(address: string, caller: string): Record<string, string>
}

const ASTRO: ServedVendor = {
  serve: serveAstro,
  env: (address, caller) => ({ASTRO_API_TOKEN: caller, ASTRO_DOMAIN: address}),
}

export interface BothOptions extends Partial<Omit<RunOptions, 'home'>> {
  /** The words of the command. */
  words(files: RunFiles): string[]
  /** The content of the secret file. */
  secret: string
}

/** Run a command on the embedded service of a copy of the home folder. */
export async function runEmbedded({folder}: CallerHome, {words, secret, ...options}: BothOptions): Promise<DoneRun> {
  const home = copyOf(folder)
  const files = prepareFiles(home, secret)
  const done = await runTokenry([...words(files), '--context', 'embedded'], {home, ...options})
  return {...done, newFile: readNewFile(files.newFile), state: readState(home)}
}

/**
 * Run a command over HTTP, with an empty home folder, signed in as the caller. A copy of the home
 * folder is behind the server. In the output, `PORT` is the port of the server.
 */
export async function runOverHttp(
  {folder, caller}: CallerHome,
  {words, secret, ...options}: BothOptions,
  vendor: ServedVendor = ASTRO,
): Promise<HttpRun> {
  const now = () => options.nowMs ?? TEST_NOW
  const store = copyOf(folder)
  const {service} = await openEmbeddedService(join(store, 'data'), now, ASTRO_POLICY)
  const server = await vendor.serve(service, {now})
  const home = tempFolder()
  const files = prepareFiles(home, secret)
  try {
    const env = {...vendor.env(`127.0.0.1:${server.port}`, caller), ...options.env}
    const done = await runTokenry(words(files), {home, ...options, env})
    const withoutPort = (text: string) => text.replaceAll(`127.0.0.1:${server.port}`, '127.0.0.1:PORT')
    return {
      exitCode: done.exitCode,
      stdout: withoutPort(done.stdout),
      stderr: withoutPort(done.stderr),
      newFile: readNewFile(files.newFile),
      state: readState(store),
      files: readFiles(home, Object.values(files)),
    }
  } finally {
    await server.stop(0)
    await service.close()
  }
}

function copyOf(folder: string): string {
  const copy = tempFolder()
  cpSync(folder, copy, {recursive: true})
  return copy
}

function prepareFiles(home: string, secret: string): RunFiles {
  const files = {secretFile: join(home, 'secret.txt'), newFile: join(home, 'new.txt')}
  writeFileSync(files.secretFile, secret, {mode: 0o600})
  return files
}

function readState(home: string): string[] {
  const db = new DatabaseSync(join(home, 'data', 'tokenry.db'))
  try {
    const rows = db
      .prepare(
        `SELECT name, scope, kind, description, lifetime_ms, deleted_at IS NOT NULL AS deleted, last_rotated_at,
           (SELECT group_concat(role || ' on ' || entity_id, ', ') FROM token_role WHERE token_id = id) AS roles
         FROM token`,
      )
      .all()
    return rows.map((row) => JSON.stringify(row)).sort()
  } finally {
    db.close()
  }
}

/** Return the files below a folder, as text by path. */
export function readFiles(home: string, except: string[]): Record<string, string> {
  const paths = readdirSync(home, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isAtOrIn(path, except))
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'latin1')]))
}
