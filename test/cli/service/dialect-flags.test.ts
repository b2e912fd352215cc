import {expect} from 'chai'
import {dialectFlags, readDialectFlags} from '../../../src/cli/service/dialect-flags.ts'
import {madeUpVendor} from '../../support/made-up-vendor.ts'
import {usageErrorOf} from '../../support/usage-error.ts'

describe('the flags that choose what is served', () => {
  // RED has the flag --port. Its clients look only at its default port.
  const {dialect: red} = madeUpVendor('red', {defaultPort: 8888, portFlag: 'port', required: true})
  const {dialect: blue} = madeUpVendor('blue', {defaultPort: 8889})
  const {dialect: green} = madeUpVendor('green', {defaultPort: 8890})
  const all = [red, blue, green]

  const read = (flags: Record<string, string>) =>
    readDialectFlags(all, flags).map(
      ({dialect, port, isNamed}) => `${dialect.name} ${isNamed ? 'at' : 'by default at'} ${port}`,
    )

  it('are one port flag for each dialect, and --dialect', () => {
    const flags = dialectFlags(all)
    expect(Object.keys(flags)).to.deep.equal(['port', 'blue-port', 'green-port', 'dialect'])
    expect(flags['port']?.description).to.equal(
      'Port for RED (default: 8888); 0 means any free port, for every dialect',
    )
    expect(flags['blue-port']?.description).to.equal('Port for BLUE (default: 8889); 0 means any free port')
    expect(flags['dialect']?.description).to.contain('red, blue, green')
  })

  for (const [flags, expected] of [
    [{}, ['red by default at 8888', 'blue by default at 8889', 'green by default at 8890']],
    [{port: '9000'}, ['red at 9000', 'blue by default at 8889', 'green by default at 8890']],
    [{'blue-port': '9000'}, ['red by default at 8888', 'blue at 9000', 'green by default at 8890']],
    [{port: '0'}, ['red at 0', 'blue at 0', 'green at 0']],
    [{port: '0', 'blue-port': '9000'}, ['red at 0', 'blue at 9000', 'green at 0']],
    [{'blue-port': '0'}, ['red by default at 8888', 'blue at 0', 'green by default at 8890']],
    [{dialect: 'blue'}, ['blue by default at 8889']],
    // The order is that of the vendors. Each dialect appears once.
    [{dialect: 'green,red, green'}, ['red by default at 8888', 'green by default at 8890']],
    [{dialect: 'blue,green', port: '0'}, ['blue at 0', 'green at 0']],
    [{dialect: 'blue', 'blue-port': '65535'}, ['blue at 65535']],
    // BLUE has this port by default, so it is left out when the service listens.
    [{port: '8889'}, ['red at 8889', 'blue by default at 8889', 'green by default at 8890']],
  ] as [Record<string, string>, string[]][]) {
    it(`given ${JSON.stringify(flags)}, serve ${expected.join(', ')}`, () => {
      expect(read(flags)).to.deep.equal(expected)
    })
  }

  for (const [flags, message, hint] of [
    [{dialect: 'purple'}, '--dialect must name some of red, blue, green, not purple', '--dialect red,blue,green'],
    [{dialect: 'red,'}, 'not an empty name', '--dialect'],
    [{dialect: 'RED'}, 'not RED', '--dialect'],
    [{'blue-port': '65536'}, '--blue-port must be a number from 0 to 65535, not 65536', '--blue-port 0'],
    [{port: '-1'}, '--port must be a number', '--port'],
    [{'green-port': '1e3'}, '--green-port must be a number', '--green-port'],
    [
      {dialect: 'red', 'blue-port': '9000'},
      '--blue-port is the port of BLUE, which --dialect leaves out',
      '--blue-port',
    ],
    [{dialect: 'red', 'blue-port': '0'}, '--blue-port is the port of BLUE', '--blue-port'],
    [{dialect: 'blue', port: '9000'}, '--port is the port of RED', '--port'],
    [{port: '9000', 'green-port': '9000'}, 'RED and GREEN cannot both listen on port 9000', '--green-port'],
    [{'blue-port': '8888'}, 'RED and BLUE cannot both listen on port 8888', '--blue-port'],
    [{'blue-port': '9000', 'green-port': '9000'}, 'BLUE and GREEN cannot both listen', '--green-port'],
  ] as [Record<string, string>, string, string][]) {
    it(`refuse ${JSON.stringify(flags)} and name the flag`, () => {
      const err = usageErrorOf(() => read(flags))
      expect(err.message).to.contain(message)
      expect(err.details.hint).to.contain(hint)
    })
  }
})
