import {mkdtempSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const made = new Set<string>()

/** A new empty folder, of mode 0700, that is gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'tokenry-test-'))
  made.add(folder)
  return folder
}

/** After each test: environment.ts sees to it, since a process that runs several files loads this one once. */
export function removeTempFolders(): void {
  for (const folder of made) rmSync(folder, {recursive: true, force: true, maxRetries: 10, retryDelay: 50})
  made.clear()
}
