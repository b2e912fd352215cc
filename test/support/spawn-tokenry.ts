import {spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const BIN = `${ROOT}bin/run.js`

export interface Spawned {
  exitCode: number | null
  stdout: string
  stderr: string
}

interface SpawnOptions {
  home: string
  env?: Record<string, string>
  stdin?: string
}

/** Run a bash script in which `tokenry` is the built program, with an empty home folder. */
export function bash(script: string, options: SpawnOptions): Promise<Spawned> {
  return runShell('bash', script, options)
}

/** Run the same in the `sh` of this machine. */
export function sh(script: string, options: SpawnOptions): Promise<Spawned> {
  return runShell('sh', script, options)
}

function runShell(shell: string, script: string, {home, env = {}, stdin = ''}: SpawnOptions): Promise<Spawned> {
  const prelude = `tokenry() { ${JSON.stringify(process.execPath)} ${JSON.stringify(BIN)} "$@"; }\n`
  const child = spawn(shell, ['-c', prelude + script], {
    cwd: home,
    env: {PATH: process.env['PATH'] ?? '', HOME: home, TOKENRY_HOME: `${home}/tokenry`, ...env},
  })
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  return new Promise((resolve, reject) => {
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (exitCode) => {
      resolve({exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString()})
    })
  })
}
