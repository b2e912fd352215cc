import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {findErrorSites} from '../support/error-sites.ts'

const ROOT = join(import.meta.dirname, '../..')
const SERVICE = join(ROOT, 'src/service')
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8'))

interface Source {
  file: string
  text: string
}

const sources: Source[] = readdirSync(SERVICE, {recursive: true, encoding: 'utf8'})
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({file, text: readFileSync(join(SERVICE, file), 'utf8')}))

describe('the token service, when it refuses', () => {
  it('names no tokenry command', () => {
    const topics = new Set(Object.keys(MANIFEST.commands).map((id) => id.split(':')[0]))
    expect(topics.size).to.be.greaterThan(5)
    const command = new RegExp(`\\btokenry (${[...topics].join('|')})\\b`)
    expect(sources.filter(({text}) => command.test(textsOf(text))).map(({file}) => file)).to.deep.equal([])
  })

  it('names no tokenry flag', () => {
    const commands = Object.values<{flags: object}>(MANIFEST.commands)
    const flags = new Set(commands.flatMap((each) => Object.keys(each.flags)))
    expect(flags.size).to.be.greaterThan(20)
    const named = sources.flatMap(({file, text}) =>
      [...textsOf(text).matchAll(/--([a-z][a-z-]+)/g)].map(([, name = '']) => ({file, name})),
    )
    expect(named.filter(({name}) => flags.has(name))).to.deep.equal([])
  })

  it('gives a reason for every refusal by a rule, so that the caller can word a hint', () => {
    const sites = sources
      .filter(({file}) => /^(tokens|directory)\//.test(file))
      .flatMap(({file, text}) => findErrorSites(text).map((site) => ({file, ...site})))
    expect(sites.length).to.be.greaterThan(12)
    expect(sites.filter(({reason}) => !reason)).to.deep.equal([])
  })

  it('uses only reasons that have a hint, its own or one in the directory hints', () => {
    const words = readFileSync(join(ROOT, 'src/operations/service/directory-hints.ts'), 'utf8')
    const silent = sources
      .flatMap(({text}) => findErrorSites(text))
      .filter(({hint, reason}) => hint === null && reason !== null)
      .map(({reason}) => reason)
    // credential-refused occurs only over HTTP. A taken name can belong to entities with different
    // lists.
    const worded = silent.filter((reason) => reason !== 'credential-refused' && reason !== 'name-taken')
    expect(worded).to.include.members(['organization-missing', 'role-missing'])
    expect(worded.filter((reason) => !words.includes(`'${reason}'`))).to.deep.equal([])
  })
})

/** Return the source text without comments. */
function textsOf(source: string): string {
  return source.replaceAll(/\/\*\*?[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
}
