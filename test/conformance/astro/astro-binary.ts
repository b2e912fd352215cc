import {spawn} from 'node:child_process'
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {tempFolder} from '../../support/temp-folder.ts'
import type {Settings} from './recorded-runs.ts'

/** Path of a real astro binary on this machine. The repository contains no part of it. */
export const ASTRO_BIN = process.env['ASTRO_BIN']

/**
 * The port that the binary uses for login and refresh, no matter what its settings contain
 * (contracts/astro.md, section 1).
 */
export const LOGIN_PORT = 8888

/** Longer than any command needs. A browser login that starts by mistake would wait 5 minutes. */
const TIMEOUT_MS = 30_000

interface BinaryRun {
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface BinaryHome {
  /** Run one command in this home. Reject if it does not end in time. */
  run(
    args: string[],
    options?: {stdin?: string | undefined; env?: Record<string, string> | undefined},
  ): Promise<BinaryRun>
}

/**
 * Create a new folder for the settings of the binary, with telemetry and the update check switched
 * off. `context`: the settings for the domain `localhost`; null for none. `port`: the port of the
 * service.
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
          // An empty folder: no settings of a project, and no browser on the PATH.
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
        // The binary may end before it has read all of its input.
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
