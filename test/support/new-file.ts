import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'

/**
 * Return what `--output` wrote to this path, or `--output-dir` to the files in it; null if it does
 * not exist.
 */
export function readNewFile(path: string): string | null {
  if (!existsSync(path)) return null
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8')
  const texts = readdirSync(path).map((name) => readFileSync(join(path, name), 'utf8'))
  return texts.join('\n')
}

/** Return whether a file is one of these paths, or is in one of them. */
export function isAtOrIn(file: string, paths: readonly string[]): boolean {
  return paths.some((path) => file === path || file.startsWith(join(path, '/')))
}
