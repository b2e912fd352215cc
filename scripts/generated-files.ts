import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {buildCommandDocs} from './command-docs.ts'
import {buildCommandShapes} from './command-shapes.ts'
import {buildManPage} from './man-page.ts'
import {buildManifest} from './manifest.ts'
import {buildSchemas, SCHEMA_FOLDER} from './schemas.ts'
import {buildSqlParser} from './sql-parser.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Text by path from the root of the checkout. */
export type GeneratedFiles = Record<string, string>

/** Return every generated file as the sources say it should be. */
export async function buildGeneratedFiles(): Promise<GeneratedFiles> {
  const manifest = await buildManifest()
  return {
    ...manifest,
    ...buildCommandShapes(manifest),
    ...buildSchemas(),
    ...buildCommandDocs(manifest),
    ...buildManPage(manifest),
    ...buildSqlParser(),
  }
}

/**
 * Write these files, and delete the others from the folder that holds nothing but generated files.
 */
export function writeFiles(files: GeneratedFiles): void {
  for (const path of surplusFiles(files)) rmSync(join(ROOT, path))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(ROOT, path)), {recursive: true})
    writeFileSync(join(ROOT, path), text)
  }
}

/** Return the paths of files that are missing, differ, or are no longer generated. */
export function staleFiles(files: GeneratedFiles): string[] {
  const differing = Object.entries(files).filter(([path, text]) => readOrNull(path) !== text)
  return [...differing.map(([path]) => path), ...surplusFiles(files)]
}

function surplusFiles(files: GeneratedFiles): string[] {
  if (!existsSync(join(ROOT, SCHEMA_FOLDER))) return []
  return readdirSync(join(ROOT, SCHEMA_FOLDER))
    .map((name) => `${SCHEMA_FOLDER}/${name}`)
    .filter((path) => !(path in files))
}

function readOrNull(path: string): string | null {
  return existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : null
}
