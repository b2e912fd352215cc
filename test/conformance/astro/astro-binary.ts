import {spawn} from 'node:child_process'
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {tempFolder} from '../../support/temp-folder.ts'
import type {Settings} from './recorded-runs.ts'

/** A real client of one's own; nothing of it is here. */
export const ASTRO_BIN = process.env['ASTRO_BIN']

/** Where the login and the refresh of the binary go, whatever its settings say (contracts/astro.md, section 1). */
export const LOGIN_PORT = 8888

/** Longer than any command needs; a browser login that starts by mistake would wait 5 minutes. */
const TIMEOUT_MS = 30_000

interface BinaryRun {
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface BinaryHome {
  /** Run one command there. Rejects when it does not end in time. */
  run(
    args: string[],
    options?: {stdin?: string | undefined; env?: Record<string, string> | undefined},
  ): Promise<BinaryRun>
}

/**
 * A folder of its own for the settings of the binary, where neither telemetry nor the update check is on. `context`: what it says of
 * the domain `localhost`; nothing of it without one. `port`: where the service is.
 */
export function createHome(port: number, context: Partial<Settings> | null): BinaryHome {
  const home = tempFolder()
  const [settings, empty] = [join(home, '.astro'), mkdtempSync(join(home, 'empty-'))]
  mkdirSync(settings)
  writeFileSync(join(settings, 'config.yaml'), settingsText(port, context), {mode: 0o600})
  return {
    run: (args, {stdin = '', env = {}} = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(ASTRO_BIN ?? '', args, {
          // No settings of a project, and no browser on the path.
          cwd: empty,
          env: {
            PATH: empty,
            HOME: home,
            ASTRO_HOME: home,
            ASTRO_DOMAIN: 'localhost',
            ASTRO_TELEMETRY_DISABLED: '1',
            CLICOLOR: '0',
            ...env,
          },
          timeout: TIMEOUT_MS,
          killSignal: 'SIGKILL',
        })
        const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
        child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
        child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
        // It may end without having read what it was given.
        child.stdin.on('error', () => {}).end(stdin)
        child.on('error', reject)
        child.on('close', (exitCode, signal) => {
          if (signal) reject(new Error(`astro ${args.join(' ')} ended by ${signal}: ${Buffer.concat(stdout)}`))
          else resolve({exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString()})
        })
      }),
  }
}

function settingsText(port: number, context: Partial<Settings> | null): string {
  const entries = Object.entries(context ?? {}).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`)
  return [
    'context: localhost',
    ...(context ? ['contexts:', '  localhost:', '    domain: localhost', ...entries] : []),
    'local:',
    `  core: http://localhost:${port}`,
    '  platform: cloud',
    'telemetry:',
    '  enabled: "false"',
    'upgrade_message: "false"',
    '',
  ].join('\n')
}
