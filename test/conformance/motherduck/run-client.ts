import {spawn} from 'node:child_process'
import {tempFolder} from '../../support/temp-folder.ts'

const TIMEOUT_MS = 50_000

export interface ClientRun {
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface ClientOptions {
  env?: Record<string, string>
  cwd?: string
}

/** Run a real client. It gets only these variables, and a home folder of its own. */
export function runClient(command: string, args: string[], {env, cwd}: ClientOptions = {}): Promise<ClientRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: {PATH: process.env['PATH'] ?? '', HOME: tempFolder(), ...env},
      cwd: cwd ?? tempFolder(),
      timeout: TIMEOUT_MS,
    })
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.end()
    child.on('error', reject)
    child.on('close', (exitCode) =>
      resolve({exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString()}),
    )
  })
}
