import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {listVariables} from '../../src/config/environment.ts'
import {VENDORS} from '../../src/vendors/index.ts'
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

  it('lists every variable of our own in docs/scripting.md, and there is none that switches a guard off', () => {
    const page = readFileSync(join(ROOT, 'docs', 'scripting.md'), 'utf8').split('## Variables')[1] ?? ''
    const rows = page.split('\n').filter((line) => line.startsWith('| `TOKENRY_'))
    const listed = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name))
    const ours = listVariables(VENDORS).flatMap(({name}) => (name.startsWith('TOKENRY_') ? [name] : []))
    expect(listed).to.have.members(ours)
    expect(ours.join(' ')).to.not.match(/FORCE|YES|INSECURE|NAME|ROLE|EXPIR/)
  })
})
