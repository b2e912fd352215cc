import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {environment} from './environment.ts'
import type {Scenario} from './measure.ts'
import type {BenchServer} from './serve.ts'

interface HttpScenariosOptions {
  /** Path of the built program. */
  program: string
  /** The folder for the homes of the clients. It has the bundled baselines. */
  folder: string
  /** The servers for creating and for listing. */
  creating: BenchServer
  listing: BenchServer
}

/** A real astro binary on this machine. The repository contains no part of it. */
const {ASTRO_BIN} = process.env

/** The binary writes a line before it. */
const TOKEN_LINE = /^[\w-]+\.[\w-]+\.[\w-]+\n$/m

/** Return the commands that reach a server over HTTP, and what they are compared with. */
export function httpScenarios({program, folder, creating, listing}: HttpScenariosOptions): Scenario[] {
  const {deploymentId} = creating
  const create = [
    ...'deployment token create --name ci --role DEPLOYMENT_ADMIN --expiration 30 --clean-output'.split(' '),
    ...['--deployment-id', deploymentId],
  ]
  const client = (server: BenchServer) =>
    environment({
      TOKENRY_HOME: join(folder, 'client'),
      ASTRO_DOMAIN: `localhost:${server.port}`,
      ASTRO_API_TOKEN: server.ownerToken,
    })
  const scenarios: Scenario[] = [
    {
      name: 'plain create',
      argv: [join(folder, 'plain-create.cjs'), deploymentId],
      env: client(creating),
      stdout: TOKEN_LINE,
    },
    {
      name: 'create over HTTP',
      argv: [program, ...create],
      env: client(creating),
      stdout: TOKEN_LINE,
      readServed: creating.readServed,
    },
    {
      name: 'list over HTTP',
      argv: [program, ...'deployment token list --json'.split(' ')],
      env: client(listing),
      stdout: /"ci-10000"/,
      readServed: listing.readServed,
    },
  ]
  if (!ASTRO_BIN) return scenarios
  const env = astroEnvironment(join(folder, 'astro'), creating)
  return [...scenarios, {name: 'astro create', program: ASTRO_BIN, argv: create, env, stdout: TOKEN_LINE}]
}

/**
 * Return the environment of the binary, with the address of the server in its settings. Telemetry
 * and the update check are off (contracts/astro.md, section 3.2).
 */
function astroEnvironment(home: string, {port, ownerToken}: BenchServer): Record<string, string> {
  mkdirSync(join(home, '.astro'), {recursive: true})
  const settings = ['upgrade_message: "false"', 'local:', `  core: http://localhost:${port}`]
  writeFileSync(join(home, '.astro', 'config.yaml'), `${settings.join('\n')}\n`, {mode: 0o600})
  return environment({
    HOME: home,
    ASTRO_HOME: home,
    ASTRO_DOMAIN: 'localhost',
    ASTRO_API_TOKEN: ownerToken,
    ASTRO_TELEMETRY_DISABLED: '1',
  })
}
