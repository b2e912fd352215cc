import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {EXIT_CODES, SIGNAL_EXIT_CODES} from '../../src/errors/exit-codes.ts'
import {findDeadLinks} from '../support/dead-links.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('the documentation', () => {
  const docs = readdirSync(join(ROOT, 'docs')).filter((file) => /\.(md|svg)$/.test(file))
  const root = readdirSync(ROOT).filter((file) => file.endsWith('.md'))
  const texts = [...root, ...docs.map((file) => join('docs', file))].map((file) => ({
    file,
    text: readFileSync(join(ROOT, file), 'utf8'),
  }))

  it('links to files and headings that exist', () => {
    expect(findDeadLinks(ROOT)).to.deep.equal([])
  })

  it('shows no complete token', () => {
    for (const {file, text} of texts) expect(text, file).to.not.match(/eyJ[\w-]{40,}\.[\w-]{20,}/)
  })

  it('says what a script does at every exit code', () => {
    const table = readFileSync(join(ROOT, 'docs', 'scripting.md'), 'utf8').split('## Exit codes')[1] ?? ''
    const listed = table.split('\n').flatMap((line) => /^\| ([\d, ]+) \|/.exec(line)?.[1]?.split(', ') ?? [])
    const exitCodes = new Set([0, ...Object.values(EXIT_CODES), ...Object.values(SIGNAL_EXIT_CODES)])
    expect(listed.map(Number)).to.deep.equal([...exitCodes].sort((a, b) => a - b))
  })
})
