import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Words that are hard to read for engineers who learned English as a second language. */
const HARD =
  /\b(?:who(?:m?ever)|whatever|nobody|somebody|besides?|bears|mend(?:s|ed|ing)?|lies in|for ?ever|in (?:the )?place of|none of (?:its|his|her|their|our|one's) own|held against|goes before|under way|at once|turns? (?:it |them )?round|thereof|lest|hitherto)\b|(?<!\bthere )(?<!\bwhich )\bis no (?!(?:longer|more|one|later|earlier)\b)/i
/** The length of a comment line, with its indent. */
const COMMENT_LENGTH_MAX = 100

/** Recorded words of another program, and this list. */
const EXCEPTIONS = ['test/conformance/astro/recorded/organization.json', 'test/surface/words.test.ts']
/** Written by `npm run generate` from texts that are checked themselves, or not written here. */
const GENERATED =
  /^(?:docs\/(?:schemas\/|commands\.md|terminal\.svg)|src\/vendors\/deltastream\/sql\/statements-parser\.ts|oclif\.manifest\.json|package-lock\.json|LICENSE)/

describe('the words of the repository', () => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {cwd: ROOT})
  const files = listed
    .toString()
    .trim()
    .split('\n')
    .filter((file) => !GENERATED.test(file) && !EXCEPTIONS.includes(file))

  it('are plain English: style.md, "Words"', () => {
    expect(files.length).to.be.greaterThan(300)
    expect(findLines(files, (line) => HARD.test(line))).to.deep.equal([])
  })

  it('are wrapped in comments', () => {
    const sources = files.filter((file) => /\.[cm]?[jt]s$/.test(file))
    const isLong = (line: string) =>
      /^\s*(?:\/\/ (?!biome-ignore)|\/?\*)/.test(line) && line.length > COMMENT_LENGTH_MAX
    expect(findLines(sources, isLong)).to.deep.equal([])
  })

  it('leave few files out', () => {
    expect(EXCEPTIONS.length).to.be.lessThan(6)
    for (const file of EXCEPTIONS) expect(HARD.test(readFileSync(`${ROOT}/${file}`, 'utf8')), file).to.equal(true)
  })
})

/** Return the lines that match, each with its place. */
function findLines(files: string[], matches: (line: string) => boolean): string[] {
  return files.flatMap((file) => {
    const lines = readFileSync(`${ROOT}/${file}`, 'utf8').split('\n')
    return lines.flatMap((line, index) => (matches(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []))
  })
}
