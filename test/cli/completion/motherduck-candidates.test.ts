import {expect} from 'chai'
import {type RunOptions, resultOf, runTokenry} from '../../support/run-tokenry.ts'
import {ADMIN_TOKEN} from '../../support/scripted-motherduck.ts'
import {tempFolder} from '../../support/temp-folder.ts'

describe('the completion of MotherDuck commands', () => {
  let home = ''
  let id = ''
  beforeEach(async () => {
    home = tempFolder()
    const run = (line: string) => runTokenry(line.split(' '), {home})
    await run('motherduck user create etl')
    id = String(resultOf(await run('motherduck token create --user etl -n ci -e 1h --json'))['id'])
  })

  async function complete(typed: string, options: Partial<RunOptions> = {}): Promise<string[]> {
    const run = await runTokenry(['__complete', '--', ...typed.split(' ')], {home, ...options})
    expect(run, typed).to.include({exitCode: 0, stderr: ''})
    return run.stdout.split('\n').slice(0, -2)
  }

  it('offers the words after the alias md', async () => {
    expect((await complete('md ')).map((line) => line.split('\t')[0])).to.deep.equal([
      'account',
      'duckling',
      'token',
      'user',
      'whoami',
    ])
  })

  it('offers users by name', async () => {
    expect((await complete('md token list --user ')).map((line) => line.split('\t')[0])).to.deep.equal(['admin', 'etl'])
    expect((await complete('md user delete e')).map((line) => line.split('\t')[0])).to.deep.equal(['etl'])
  })

  it('offers tokens of the user, by name and by id', async () => {
    expect(await complete('md token delete --user etl ')).to.deep.equal([`ci\t${id}`])
    expect(await complete(`md token rotate --user etl ${id.slice(0, 6)}`)).to.deep.equal([`${id}\tci`])
  })

  it('offers nothing of MotherDuck itself, which would be called', async () => {
    expect(await complete('md token delete --user etl ', {env: {MOTHERDUCK_TOKEN: ADMIN_TOKEN}})).to.deep.equal([])
  })

  it('offers units and types', async () => {
    expect(await complete('md token create --expiration-unit h')).to.deep.equal(['hours'])
    expect(await complete('md token create --type read_s')).to.deep.equal(['read_scaling'])
  })
})
