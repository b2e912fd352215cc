import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import * as astroApi from '../../src/vendors/astro/api.ts'
import {VENDORS} from '../../src/vendors/index.ts'
import {listServedDialects} from '../../src/vendors/served.ts'

const ROOT = join(import.meta.dirname, '../..')

describe('what is stated in one place', () => {
  it('is each list of words of an API, such as its scopes', () => {
    const lists = Object.entries(astroApi).filter(([, value]) => Array.isArray(value) && value.length > 1)
    expect(lists.map(([name]) => name)).to.include.members(['TOKEN_SCOPES', 'TOKEN_KINDS', 'TOKEN_SORT_FIELDS'])
    const known = new Map(lists.map(([name, words]) => [toKey(words as readonly string[]), name]))
    const again = [...readSources('src'), ...readSources('scripts')]
      .filter(({file}) => file !== 'src/vendors/astro/api.ts')
      .flatMap(({file, text}) =>
        findWordLists(text).flatMap((words) => {
          const name = known.get(toKey(words))
          return name === undefined ? [] : [`${file} states ${name}`]
        }),
      )
    expect(again).to.deep.equal([])
  })

  it('is a vendor: what starts and serves a dialect names none', () => {
    const files = [
      ...readSources('src/service/http'),
      ...readSources('src/operations/service').filter(({file}) => /\/(start|listen)-[a-z]+\.ts$/.test(file)),
      ...readSources('src/commands/service').filter(({file}) => file.endsWith('/start.ts')),
      ...readSources('src/cli/service').filter(({file}) => file.endsWith('/dialect-flags.ts')),
    ]
    expect(files.length).to.be.greaterThan(12)
    const names = listServedDialects(VENDORS).flatMap(({name, title, defaultPort}) => [
      name,
      title,
      String(defaultPort),
    ])
    const found = files.flatMap(({file, text}) =>
      names.filter((name) => text.includes(name)).map((name) => `${file}: ${name}`),
    )
    expect(found).to.deep.equal([])
  })

  it('is a command or a flag: what speaks HTTP names none', () => {
    const found = readSources('src/service/http').flatMap(({file, text}) =>
      [...text.matchAll(/--[a-z][a-z-]*|\btokenry [a-z]+|\blsof\b/g)].map(([word]) => `${file}: ${word}`),
    )
    expect(found).to.deep.equal([])
  })
})

function readSources(folder: string): {file: string; text: string}[] {
  return readdirSync(join(ROOT, folder), {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({file: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), 'utf8')}))
}

/** Return the words of each `['A', 'B', …]` with at least two words. */
function findWordLists(text: string): string[][] {
  return [...text.matchAll(/\[\s*((?:'[\w ]+',?\s*){2,})\]/g)].map(([, inside = '']) =>
    [...inside.matchAll(/'([\w ]+)'/g)].map(([, word = '']) => word),
  )
}

function toKey(words: readonly string[]): string {
  return [...words].sort().join()
}
