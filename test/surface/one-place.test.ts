import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import * as astroApi from '../../src/vendors/astro/api.ts'

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
})

function readSources(folder: string): {file: string; text: string}[] {
  return readdirSync(join(ROOT, folder), {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({file: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), 'utf8')}))
}

/** The words of each `['A', 'B', …]` of two words or more. */
function findWordLists(text: string): string[][] {
  return [...text.matchAll(/\[\s*((?:'[\w ]+',?\s*){2,})\]/g)].map(([, inside = '']) =>
    [...inside.matchAll(/'([\w ]+)'/g)].map(([, word = '']) => word),
  )
}

function toKey(words: readonly string[]): string {
  return [...words].sort().join()
}
