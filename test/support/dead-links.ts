import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'

/**
 * Return the links of the Markdown files in a folder and its docs/ that lead nowhere: to a file
 * that does not exist, or to a heading that its file does not have. Links to the web are not
 * checked.
 */
export function findDeadLinks(folder: string): string[] {
  const inDocs = readdirSync(join(folder, 'docs')).map((file) => join('docs', file))
  const files = [...readdirSync(folder), ...inDocs].filter((file) => file.endsWith('.md'))
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
    return links.flatMap(([, path = '', heading]) => {
      const target = path === '' ? join(folder, file) : join(folder, dirname(file), path)
      const isAlive = existsSync(target) && (heading === undefined || listHeadings(target).includes(heading))
      return isAlive ? [] : [`${file}: ${path}${heading === undefined ? '' : `#${heading}`}`]
    })
  })
}

/** Return the headings of a Markdown file as GitHub writes them in links. */
function listHeadings(file: string): string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
