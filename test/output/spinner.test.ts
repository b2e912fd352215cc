import {PassThrough} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'
import {expect} from 'chai'
import {startSpinner} from '../../src/output/spinner.ts'
import {fakeTerminal} from '../support/fake-terminal.ts'
import {loadedPackages} from '../support/loaded-packages.ts'

const CURSOR = {hide: '\x1b[?25l', show: '\x1b[?25h'}

describe('startSpinner', () => {
  const term = process.env['TERM']

  beforeEach(() => {
    process.env['TERM'] = 'xterm'
  })

  afterEach(() => {
    delete process.env['CI']
    if (term === undefined) delete process.env['TERM']
    else process.env['TERM'] = term
  })

  it('draws the text at a terminal, without colour', async () => {
    const {stream, written} = fakeTerminal()
    const spinner = await startSpinner(stream, 'Creating the token')
    spinner.stop()
    expect(written.some((text) => text.endsWith(' Creating the token'))).to.equal(true)
    expect(written.join('')).to.not.contain('\x1b[3')
  })

  it('replaces its text, escaped', async () => {
    const {stream, written} = fakeTerminal()
    const spinner = await startSpinner(stream, 'Listing')
    spinner.update('Listing: 2 of 3\x1b[31m')
    // ora draws every 80 ms.
    await new Promise((resolve) => setTimeout(resolve, 200))
    spinner.stop()
    expect(written.join('')).to.contain('Listing: 2 of 3').and.not.contain('\x1b[31m')
  })

  it('clears its line and shows the cursor again when it stops, once', async () => {
    const {stream, written} = fakeTerminal()
    const spinner = await startSpinner(stream, 'Working')
    expect(written.filter((text) => text === CURSOR.hide)).to.have.length(1)
    const before = written.length
    spinner.stop()
    expect(written.slice(before)).to.deep.equal(['<column 0>', '<clear>', CURSOR.show])
    expect(stripVTControlCharacters(written.join(''))).to.not.contain('\n')
  })

  it('may be stopped twice', async () => {
    const {stream} = fakeTerminal()
    const spinner = await startSpinner(stream, 'Working')
    spinner.stop()
    spinner.stop()
  })

  it('leaves the stream writable and unchanged', async () => {
    const {stream} = fakeTerminal()
    const {write} = stream
    const spinner = await startSpinner(stream, 'Working')
    spinner.stop()
    expect(stream.write).to.equal(write)
    expect(stream.writable).to.equal(true)
  })

  it('shows control characters of its text escaped', async () => {
    const {stream, written} = fakeTerminal()
    const spinner = await startSpinner(stream, 'a\x1b[2J\nb')
    spinner.stop()
    expect(written.join('')).to.contain('a\\x1b[2J\\nb')
  })

  it('leaves stdin and signals alone, so that Ctrl-C ends the process', async () => {
    const {stream} = fakeTerminal()
    const listeners = () => [process.stdin.listenerCount('data'), process.stdin.readableFlowing]
    const before = listeners()
    const spinner = await startSpinner(stream, 'Working')
    expect(listeners()).to.deep.equal(before)
    spinner.stop()
  })

  it('writes nothing and does not load ora if there is no terminal', async () => {
    const written: string[] = []
    const stream = new PassThrough().on('data', (chunk) => written.push(String(chunk)))
    const spinner = await startSpinner(stream, 'Working')
    spinner.stop()
    expect(written).to.deep.equal([])
    const script = `
      const {startSpinner} = await load('output/spinner.ts')
      const {PassThrough} = await import('node:stream')
      ;(await startSpinner(new PassThrough(), 'Working')).stop()
    `
    expect(await loadedPackages(script)).to.deep.equal([])
  })

  for (const [name, value] of [
    ['CI', 'true'],
    ['TERM', 'dumb'],
  ] as const) {
    it(`writes no line with ${name}=${value}`, async () => {
      process.env[name] = value
      const {stream, written} = fakeTerminal()
      const spinner = await startSpinner(stream, 'Working')
      spinner.stop()
      expect(written).to.deep.equal([])
    })
  }
})
