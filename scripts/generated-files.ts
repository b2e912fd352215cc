import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Text by path from the root of the checkout. */
export type GeneratedFiles = Record<string, string>

/** Writes the files; with --check says which of them differ from what is committed, and fails. */
export function writeOrCheck(files: GeneratedFiles, options: {command: string; folder?: string}): void {
  if (process.argv.includes('--check')) {
    const stale = staleFiles(files, options.folder)
    if (stale.length === 0) return
    console.error(`Not up to date: ${stale.join(', ')}; run ${options.command}`)
    process.exitCode = 1
    return
  }
  for (const path of surplusFiles(files, options.folder)) rmSync(join(ROOT, path))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(ROOT, path)), {recursive: true})
    writeFileSync(join(ROOT, path), text)
  }
}

/** The files that are missing or differ, and those in a folder of generated files that are too many. */
export function staleFiles(files: GeneratedFiles, folder?: string): string[] {
  const differing = Object.entries(files).filter(([path, text]) => readOrNull(path) !== text)
  return [...differing.map(([path]) => path), ...surplusFiles(files, folder)]
}

function surplusFiles(files: GeneratedFiles, folder: string | undefined): string[] {
  if (folder === undefined || !existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder))
    .map((name) => `${folder}/${name}`)
    .filter((path) => !(path in files))
}

function readOrNull(path: string): string | null {
  return existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : null
}
