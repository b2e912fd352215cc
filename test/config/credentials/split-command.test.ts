import {execFileSync} from 'node:child_process'
import {expect} from 'chai'
import fc from 'fast-check'
import {splitCommand} from '../../../src/config/credentials/split-command.ts'
import {AppError} from '../../../src/errors/app-error.ts'

describe('splitCommand', () => {
  const EXAMPLES: [line: string, words: string[]][] = [
    ['op read op://vault/item/token', ['op', 'read', 'op://vault/item/token']],
    ['  op\tread \n x  ', ['op', 'read', 'x']],
    [`op read 'op://My Vault/it"em\\'`, ['op', 'read', 'op://My Vault/it"em\\']],
    ['op read "a b\\"c\\\\d\\e$HOME"', ['op', 'read', 'a b"c\\d\\e$HOME']],
    ['op \'\' ""', ['op', '', '']],
    ['o"p" re\'a\'d\\ x', ['op', 'read x']],
    ['op a\\\nb "c\\\nd"', ['op', 'ab', 'cd']],
    ['op \\\n', ['op']],
    ['op $HOME `id` $(id) ~ * # a|b;c&d>e', ['op', '$HOME', '`id`', '$(id)', '~', '*', '#', 'a|b;c&d>e']],
    ['op ./x', ['op', './x']],
    ["'/opt/my tools/op' --flag=x", ['/opt/my tools/op', '--flag=x']],
    ['op a\u00a0b\u2003c', ['op', 'a\u00a0b\u2003c']],
    ['op é 🎉', ['op', 'é', '🎉']],
  ]
  for (const [line, words] of EXAMPLES) {
    it(`splits ${JSON.stringify(line)}`, () => {
      expect(splitCommand(line)).to.deep.equal(words)
    })
  }

  const REFUSED: [line: string, word: string][] = [
    ["op 'sesame", "a quote that is not closed: '"],
    ['op "sesame', 'a quote that is not closed: "'],
    ['op "sesame\\"', 'a quote that is not closed: "'],
    ['op sesame\\', 'ends with a backslash'],
    ['', 'is empty'],
    [' \n', 'is empty'],
    ["''", 'is empty'],
    ['TOKEN=sesame op read', 'an assignment to TOKEN,'],
    ['./sesame.sh', 'begins with a relative path'],
    ['"./my sesame.sh" x', 'begins with a relative path'],
    ['../bin/sesame', 'begins with a relative path'],
    ['bin/sesame x', 'begins with a relative path'],
    ['~/bin/sesame', 'begins with a relative path'],
  ]
  for (const [line, word] of REFUSED) {
    it(`refuses ${JSON.stringify(line)}, and does not repeat it`, () => {
      const err = failureOf(line)
      expect(err).to.include({code: 'CONFIG'})
      expect(err?.message).to.contain(word)
      expect(`${err?.message} ${err?.details.hint}`).to.not.contain('sesame')
    })
  }

  it('returns every list of words that was quoted in any style', () => {
    fc.assert(
      fc.property(fc.array(fc.array(quotedPart(), {minLength: 1}), {minLength: 1}), (parts) => {
        const words = parts.map((word) => word.map(({text}) => text).join(''))
        fc.pre(!/^$|^[A-Za-z_]\w*=|^[^/]+\//.test(words[0] ?? ''))
        const line = parts.map((word) => word.map(({quoted}) => quoted).join('')).join(' ')
        expect(splitCommand(line)).to.deep.equal(words)
      }),
    )
  })

  it('splits any mix of quotes, backslashes and spaces as sh does, or refuses it as sh does', () => {
    const lines = fc
      .sample(fc.string({unit: fc.constantFrom(...'ab \t\'"\\-'), maxLength: 12}), 300)
      .map((each) => `x${each}`)
    // sh keeps a backslash at the end.
    for (const line of lines.filter((each) => !each.endsWith('\\'))) {
      const ours = failureOf(line) === null ? splitCommand(line) : null
      expect(ours, JSON.stringify(line)).to.deep.equal(splitBySh(line))
    }
  })

  it('takes a time that grows with the length of the line', () => {
    expect(splitCommand(`op ${'"'.repeat(200_000)}`)).to.deep.equal(['op', ''])
    expect(failureOf(`op "${'\\"'.repeat(100_000)}`)?.message).to.contain('not closed')
  })
})

function failureOf(line: string): AppError | null {
  try {
    splitCommand(line)
    return null
  } catch (err) {
    if (err instanceof AppError) return err
    throw err
  }
}

/** A part of a word, and how a shell can write it. */
function quotedPart(): fc.Arbitrary<{text: string; quoted: string}> {
  const text = fc.string({unit: 'binary-ascii'})
  return fc.oneof(
    text.filter((each) => !each.includes("'")).map((each) => ({text: each, quoted: `'${each}'`})),
    text.map((each) => ({text: each, quoted: `"${each.replace(/[\\"$`]/g, '\\$&')}"`})),
    text
      .filter((each) => each !== '' && !each.includes('\n'))
      .map((each) => ({text: each, quoted: each.replace(/./gs, '\\$&')})),
  )
}

/** Return the words of `sh`; null if it refuses the line. There must be nothing to expand. */
function splitBySh(line: string): string[] | null {
  try {
    const script = `set -f; printf '%s\\0' ${line}`
    const output = execFileSync('sh', ['-c', script], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
    return output.split('\0').slice(0, -1)
  } catch {
    return null
  }
}
