import {mkdtempSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const made = new Set<string>()
const madeForFile = new Set<string>()

/** Create an empty folder of mode 0700. It is removed after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'tokenry-test-'))
  made.add(folder)
  return folder
}

/** Create the same, but it is removed after all tests of the file. */
export function tempFolderOfFile(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'tokenry-test-file-'))
  madeForFile.add(folder)
  return folder
}

/**
 * Run after each test, by environment.ts. A process that runs several files loads this one only
 * once, so a hook here would not be enough.
 */
export function removeTempFolders(): void {
  removeAll(made)
}

/** Run after all tests of each file. */
export function removeTempFoldersOfFile(): void {
  removeAll(madeForFile)
}

function removeAll(folders: Set<string>): void {
  for (const folder of folders) rmSync(folder, {recursive: true, force: true, maxRetries: 10, retryDelay: 50})
  folders.clear()
}
