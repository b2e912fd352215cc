// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates here are texts of sources.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {EXIT_CODES} from '../../src/errors/exit-codes.ts'
import {type ErrorSite, findErrorSites} from '../support/error-sites.ts'

const SOURCES = join(import.meta.dirname, '../../src')

/** Errors that need no hint, and why. */
const NO_HINT_NEEDED = new Map([
  ['CANCELLED', 'the user cancelled it'],
  ['CHECK_FAILED', 'the verdict is the answer'],
  ['INTERNAL', 'describeError adds how to report it'],
  ['toErrorCode(stopped)', 'another message contains its words'],
])

const SITES = collectSites()

describe('error messages', () => {
  it('have one of our codes', () => {
    for (const {file, code} of SITES) {
      if (/^[A-Z_]+$/.test(code)) expect(EXIT_CODES, file).to.have.property(code)
    }
  })

  it('say what to do now', () => {
    // The service gives a reason. The operation adds the hint for it.
    const silent = SITES.filter(({code, hint, reason}) => hint === null && !NO_HINT_NEEDED.has(code) && !reason)
    expect(silent).to.deep.equal([])
  })

  it('are sentences without a period at the end, and without words that blame or soothe', () => {
    for (const {file, message, hint} of SITES) {
      for (const text of [message, hint ?? '']) {
        expect(text, file).to.not.match(/[.!]$/)
        expect(text, file).to.not.match(/\b(please|sorry|oops|unfortunately|illegal|bad|failed to|successfully)\b/i)
      }
    }
  })

  it('name commands and flags that exist', () => {
    const manifest = JSON.parse(readFileSync(join(SOURCES, '../oclif.manifest.json'), 'utf8'))
    const ids = Object.keys(manifest.commands)
    const flags = new Set(
      Object.values<{flags: object}>(manifest.commands).flatMap((command) => Object.keys(command.flags)),
    )
    for (const {file, message, hint} of SITES) {
      const text = `${message} ${hint}`
      for (const [words = ''] of text.matchAll(/(?<=\btokenry )(deployment|role|service|token) [a-z]+( [a-z]+)?/g)) {
        expect(
          ids.some((id) => `${words.replaceAll(' ', ':')}:`.startsWith(`${id}:`)),
          `${file}: ${words}`,
        ).to.equal(true)
      }
      if (/npm install|mkdir|NODE_OPTIONS/.test(text)) continue
      for (const [, name = ''] of text.matchAll(/--([a-z][a-z-]+)/g)) {
        expect(['help', 'name'].includes(name) || flags.has(name), `${file}: --${name}`).to.equal(true)
      }
    }
  })

  it('are found in the sources in every form', () => {
    const source = [
      'throw new AppError(',
      "  'USAGE', // why, so",
      "  `a, ${b ? `c)` : 'd\\''} e`,",
      "  {cause, hint: `See ${f({g: '}'})}`, status: 1},",
      ')',
      "x(new AppError(code, one + 'two', {...(y ? {hint: 'z'} : {})}))",
      "new AppError('INTERNAL', \"it's\")",
      "new AppError('NOT_FOUND', 'no', {reason: 'role-missing', facts: {a: 'b'}})",
    ].join('\n')
    expect(findErrorSites(source)).to.deep.equal([
      {code: 'USAGE', message: "a, ${b ? `c)` : 'd\\''} e", hint: "See ${f({g: '}'})}", reason: null},
      {code: 'code', message: "one + 'two'", hint: "...(y ? {hint: 'z'} : {})", reason: null},
      {code: 'INTERNAL', message: "it's", hint: null, reason: null},
      {code: 'NOT_FOUND', message: 'no', hint: null, reason: 'role-missing'},
    ])
  })
})

function collectSites(): (ErrorSite & {file: string})[] {
  const files = readdirSync(SOURCES, {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'))
  return files.flatMap((file) =>
    findErrorSites(readFileSync(join(SOURCES, file), 'utf8')).map((site) => ({
      file: file.replaceAll('\\', '/'),
      ...site,
    })),
  )
}
