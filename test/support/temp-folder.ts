import {mkdtempSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const made = new Set<string>()
const madeForFile = new Set<string>()

/** A new empty folder, of mode 0700, that is gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'tokenry-test-'))
  made.add(folder)
  return folder
}

/** The same, but it stays until the tests of the file have run. */
export function tempFolderOfFile(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'tokenry-test-file-'))
  madeForFile.add(folder)
  return folder
}

/** After each test: environment.ts sees to it, since a process that runs several files loads this one once. */
export function removeTempFolders(): void {
  removeAll(made)
}

/** After the tests of each file. */
export function removeTempFoldersOfFile(): void {
  removeAll(madeForFile)
}

function removeAll(folders: Set<string>): void {
  for (const folder of folders) rmSync(folder, {recursive: true, force: true, maxRetries: 10, retryDelay: 50})
  folders.clear()
}
