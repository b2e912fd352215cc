import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {expect} from 'chai'
import {buildManPage} from '../../scripts/man-page.ts'
import {buildManifest} from '../../scripts/manifest.ts'
import {RESULTS} from '../../scripts/schemas/results.ts'
import {listVariables} from '../../src/config/environment.ts'
import {EXIT_CODES, SIGNAL_EXIT_CODES} from '../../src/errors/exit-codes.ts'
import {VENDORS} from '../../src/vendors/index.ts'

const FILE = join(import.meta.dirname, '../../docs/tokenry.1')

describe('docs/tokenry.1', () => {
  let page = ''
  before(async () => {
    page = Object.values(buildManPage(await buildManifest())).join('')
  })

  it('has every command, exit code and variable', () => {
    const names = page
      .split('\n')
      .flatMap((line) => (line.startsWith('.B ') ? [line.slice(3).replaceAll('\\-', '-')] : []))
    const commands = Object.keys(RESULTS).map((id) => `tokenry ${id.replaceAll(':', ' ')}`)
    for (const command of commands) {
      expect(
        names.some((name) => `${name} `.startsWith(`${command} `)),
        command,
      ).to.equal(true)
    }
    expect(names).to.include.members([...Object.values(EXIT_CODES), ...Object.values(SIGNAL_EXIT_CODES)].map(String))
    expect(names).to.include.members(listVariables(VENDORS).map(({name}) => name))
  })

  it('has no line that roff reads as a macro by accident', () => {
    for (const line of page.split('\n')) expect(line).to.match(/^(\.(TH|SH|TP|B)( |$)|[^.']|$)/)
    expect(page)
      .to.not.contain("'")
      .and.to.not.match(/\\(?![-e&(])/)
  })

  // groff is not on every machine.
  if (spawnSync('groff', ['--version']).status === 0) {
    it('is read by groff without a warning, in lines of at most 80 columns', () => {
      const run = spawnSync('groff', ['-man', '-ww', '-Tascii', '-P-cbou', FILE], {encoding: 'utf8'})
      expect({status: run.status, stderr: run.stderr}).to.deep.equal({status: 0, stderr: ''})
      expect(run.stdout.split('\n').filter((line) => line.length > 80)).to.deep.equal([])
      expect(run.stdout).to.contain('EXIT STATUS').and.to.contain('UNCERTAIN')
    })
  }
})
