import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
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
})
