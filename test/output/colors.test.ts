import {expect} from 'chai'
import {createColors} from '../../src/output/colors.ts'
import {loadedPackages} from '../support/loaded-packages.ts'

const TERMINAL = {isTTY: true}
const PIPE = {}

describe('createColors', () => {
  it('uses the basic colours of a terminal and closes each', async () => {
    const {dim, red, yellow, green} = await createColors(TERMINAL, {COLORTERM: 'truecolor'})
    expect([dim('a'), red('a'), yellow('a'), green('a')]).to.deep.equal([
      '\x1b[2ma\x1b[22m',
      '\x1b[31ma\x1b[39m',
      '\x1b[33ma\x1b[39m',
      '\x1b[32ma\x1b[39m',
    ])
  })

  const cases: [what: string, stream: {isTTY?: boolean}, env: Record<string, string>, colored: boolean][] = [
    ['at a terminal', TERMINAL, {TERM: 'xterm'}, true],
    ['in a pipe', PIPE, {TERM: 'xterm'}, false],
    ['with NO_COLOR', TERMINAL, {NO_COLOR: '1'}, false],
    ['with NO_COLOR=0, which is not empty', TERMINAL, {NO_COLOR: '0'}, false],
    ['with an empty NO_COLOR', TERMINAL, {NO_COLOR: ''}, true],
    ['with TERM=dumb', TERMINAL, {TERM: 'dumb'}, false],
    ['with FORCE_COLOR=1 in a pipe', PIPE, {FORCE_COLOR: '1'}, true],
    ['with FORCE_COLOR=true, NO_COLOR and TERM=dumb', PIPE, {FORCE_COLOR: 'true', NO_COLOR: '1', TERM: 'dumb'}, true],
    ['with FORCE_COLOR=0 at a terminal', TERMINAL, {FORCE_COLOR: '0'}, false],
    ['with FORCE_COLOR=false at a terminal', TERMINAL, {FORCE_COLOR: 'false'}, false],
    ['with an empty FORCE_COLOR in a pipe', PIPE, {FORCE_COLOR: ''}, false],
    ['with an empty FORCE_COLOR at a terminal', TERMINAL, {FORCE_COLOR: ''}, true],
  ]
  for (const [what, stream, env, colored] of cases) {
    it(`is ${colored ? 'on' : 'off'} ${what}`, async () => {
      const {dim, red, yellow, green} = await createColors(stream, env)
      for (const style of [dim, red, yellow, green]) expect(style('a') !== 'a').to.equal(colored)
    })
  }

  it('depends only on the stream and the variables that it is given', async () => {
    process.env['FORCE_COLOR'] = '0'
    const {red} = await createColors(TERMINAL, {}).finally(() => delete process.env['FORCE_COLOR'])
    expect(red('a')).to.equal('\x1b[31ma\x1b[39m')
  })

  it('loads chalk only if there is colour', async () => {
    const script = (stream: string) => `
      const {createColors} = await load('output/colors.ts')
      await createColors(${stream}, {})
    `
    expect(await loadedPackages(script('{}'))).to.deep.equal([])
    expect(await loadedPackages(script('{isTTY: true}'))).to.deep.equal(['chalk'])
  })
})
