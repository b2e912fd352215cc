import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {ROOT} from './spawn-tokenry.ts'

/**
 * Return the blocks of lines for a shell in a page, by the title of their section. Those before the
 * first section have an empty title.
 */
export function readDocBlocks(page: string): Record<string, string[]> {
  const sections = readFileSync(join(ROOT, page), 'utf8').split(/^#{2,} /m)
  return Object.fromEntries(
    sections.map((section, index) => [
      index === 0 ? '' : section.slice(0, section.indexOf('\n')),
      [...section.matchAll(/^```(?:sh|bash)\n(.*?)^```$/gms)].map(([, lines = '']) => lines),
    ]),
  )
}
