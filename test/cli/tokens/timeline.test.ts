import {readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import stringWidth from 'string-width'
import {readEndState, summariseEnds} from '../../../src/cli/tokens/ends.ts'
import {placeOnScale} from '../../../src/cli/tokens/timeline.ts'
import {buildTimelinePage} from '../../../src/cli/tokens/timeline-page.ts'
import {DAY_MS, YEAR_MS} from '../../../src/lib/duration.ts'
import {runTokenry, TEST_NOW} from '../../support/run-tokenry.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const inMs = (ms: number) => ({name: 'x', expiresAt: new Date(TEST_NOW + ms).toISOString()})
const NEVER = {name: 'x', expiresAt: null}

describe('the ends of tokens', () => {
  it('are distinguished to the millisecond', () => {
    const states = [-1, 0, 1, 7 * DAY_MS, 7 * DAY_MS + 1].map((ms) => readEndState(inMs(ms), TEST_NOW))
    expect(states).to.deep.equal(['expired', 'expired', 'ends soon', 'ends soon', 'ends later'])
    expect(readEndState(NEVER, TEST_NOW)).to.equal('never ends')
    expect(readEndState({}, TEST_NOW)).to.equal('not reported')
  })

  it('are summarised with the right grammar, and without what does not occur', () => {
    const soon = inMs(DAY_MS)
    const summary = (tokens: {expiresAt?: string | null}[]) => summariseEnds(tokens, TEST_NOW)
    expect(summary([inMs(-1), soon, soon, NEVER, NEVER, inMs(YEAR_MS)])).to.equal(
      '6 tokens: 1 expired, 2 end within 7 days, 2 never end',
    )
    expect(summary([soon, NEVER])).to.equal('2 tokens: 1 ends within 7 days, 1 never ends')
    expect(summary([inMs(YEAR_MS)])).to.equal('1 token')
    expect(summary([{}, {}])).to.equal('2 tokens')
  })

  it('are placed on the scale in order, and within it', () => {
    const ends = [-DAY_MS, 0, 1, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 90 * DAY_MS, YEAR_MS, 10 * YEAR_MS, 90 * YEAR_MS]
    const places = ends.map((ms) => placeOnScale(inMs(ms).expiresAt, TEST_NOW))
    expect(places.toSorted((a, b) => a - b)).to.deep.equal(places)
    expect([places[0], places[1], places.at(-2), places.at(-1)]).to.deep.equal([0, 0, 1, 1])
    expect(placeOnScale(null, TEST_NOW)).to.equal(1)
    expect(places[3]).to.be.closeTo(1 / 6, 1e-9)
  })
})

describe('a list of tokens that shows their ends', () => {
  let home: string
  const later = {nowMs: TEST_NOW + 2 * DAY_MS, env: {NO_COLOR: '1'}}
  const list = (flags: string[], options = {}) =>
    runTokenry(['deployment', 'token', 'list', ...flags], {home, ...later, ...options})
  beforeEach(async () => {
    home = tempFolder()
    const create = 'deployment token create --role DEPLOYMENT_ADMIN --clean-output'.split(' ')
    for (const [name, ...flags] of [
      ['gone', '-e', '1'],
      ['soon', '-e', '5'],
      ['<b>&"later"', '-e', '3650'],
      ['ever'],
    ]) {
      expect(await runTokenry([...create, '--name', name ?? '', ...flags], {home})).to.include({exitCode: 0})
    }
  })

  it('marks them by a word, and counts them in the last line, at a terminal only', async () => {
    const {stdout} = await list([], {tty: true, columns: 100})
    const row = (name: string) => stdout.split('\n').find((line) => line.includes(name))
    expect(row('gone')).to.match(/1 day ago +expired/)
    expect(row('soon ')).to.match(/in 3 days +ends soon/)
    expect(row(' ever ')).to.not.match(/expired|ends soon/)
    expect(stdout.trimEnd().split('\n').at(-1)).to.equal(
      '4 tokens: 1 expired, 1 ends within 7 days, 1 never ends (by end: --sort expires)',
    )
    const piped = await list([])
    expect(piped.stdout).to.not.match(/STATE|ends soon|tokens:/)
  })

  it('draws a bar for each token, no line wider than the window', async () => {
    for (const columns of [40, 60, 80, 200]) {
      const {stdout} = await list(['--timeline'], {tty: true, columns})
      const lines = stdout.trimEnd().split('\n')
      expect(lines).to.have.lengthOf(5)
      expect(lines[0]).to.match(/^NAME/)
      for (const line of lines) expect(line.length, line).to.be.at.most(columns)
    }
    const {stdout} = await list(['--timeline'], {tty: true, columns: 80})
    expect(stdout).to.match(/^gone +\| +expired 1 day ago$/m)
    expect(stdout).to.match(/^soon +=+\| +soon, in 3 days$/m)
    expect(stdout).to.match(/^ever +=+> +never ends$/m)
    expect((await list(['--timeline'])).stdout).to.match(/^soon +=+\| +soon, 2026-11-27T12:00:00Z$/m)
  })

  it('cuts no bar and no short name next to a name of wide characters', async () => {
    const name = '夜間処理のための長い名前'
    const create = `deployment token create --role DEPLOYMENT_ADMIN -c -e 3650 --name ${name}`.split(' ')
    expect(await runTokenry(create, {home})).to.include({exitCode: 0})
    for (const columns of [50, 60, 80]) {
      const {stdout} = await list(['--timeline'], {tty: true, columns})
      expect(stdout, stdout).to.not.match(/[=>|1]…/)
      expect(stdout).to.match(/^ever +=+> +never ends$/m)
      for (const line of stdout.trimEnd().split('\n')) expect(stringWidth(line), line).to.be.at.most(columns)
    }
    expect((await list(['--timeline'], {tty: true, columns: 80})).stdout).to.contain(`${name}  =`)
  })

  it('writes a page that stands alone, to a new file', async () => {
    const file = join(home, 'ends.html')
    const {exitCode, stdout} = await list(['--timeline-html', file])
    expect(exitCode).to.equal(0)
    expect(stdout).to.match(/^ID\t/)
    const page = readFileSync(file, 'utf8')
    expect(page).to.contain("default-src 'none'").and.to.contain('prefers-color-scheme: dark')
    expect(page).to.not.match(/<script|https?:|url\(|@import|<link/)
    expect(page).to.contain('&#60;b&#62;&#38;&#34;later&#34;').and.to.not.contain('<b>')
    for (const word of ['expired', 'ends soon', 'ends later', 'never ends']) expect(page).to.contain(`>${word}</span>`)
    expect(page).to.contain('4 tokens: 1 expired')
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('refuses a file that exists, before anything is read', async () => {
    const file = join(home, 'kept.html')
    writeFileSync(file, 'kept')
    const {exitCode, stdout, stderr} = await list(['--timeline-html', file])
    expect({exitCode, stdout}).to.deep.equal({exitCode: 7, stdout: ''})
    expect(stderr).to.contain('--timeline-html')
    expect(readFileSync(file, 'utf8')).to.equal('kept')
  })

  it('shows tokens whose end is not reported', () => {
    const page = buildTimelinePage([{name: 'x'}], {title: 'T', nowMs: TEST_NOW})
    expect(page).to.contain('not reported')
  })
})
