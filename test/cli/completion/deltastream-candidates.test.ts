import {expect} from 'chai'
import {type RunOptions, runTokenry} from '../../support/run-tokenry.ts'
import {OWNER_TOKEN} from '../../support/scripted-deltastream.ts'
import {tempFolder} from '../../support/temp-folder.ts'

describe('the completion of DeltaStream commands', () => {
  let home = ''
  beforeEach(async () => {
    home = tempFolder()
    for (const line of ['role create deployer', 'token create ci -r deployer -e 30d', 'token create bi -r public']) {
      const {exitCode, stderr} = await runTokenry(`deltastream ${line}`.split(' '), {home})
      expect(exitCode, stderr).to.equal(0)
    }
  })

  async function complete(typed: string, options: Partial<RunOptions> = {}): Promise<string[]> {
    const run = await runTokenry(['__complete', '--', ...typed.split(' ')], {home, ...options})
    expect(run, typed).to.include({exitCode: 0, stderr: ''})
    return run.stdout.split('\n').slice(0, -2)
  }

  it('offers the words after the alias ds', async () => {
    const words = (await complete('ds ')).map((line) => line.split('\t')[0])
    expect(words).to.include.members(['role', 'token', 'whoami'])
  })

  it('offers tokens by name, with their roles', async () => {
    for (const command of ['get', 'renew', 'drop', 'rotate', 'delete']) {
      expect(await complete(`ds token ${command} `), command).to.have.members(['ci\tdeployer', 'bi\tpublic'])
    }
    expect(await complete('ds token get --name c')).to.deep.equal(['ci\tdeployer'])
  })

  it('offers the roles for a new token, and for a role to drop', async () => {
    const names = async (typed: string) => (await complete(typed)).map((line) => line.split('\t')[0])
    const roles = ['deployer', 'orgadmin', 'public', 'securityadmin', 'sysadmin', 'useradmin']
    expect(await names('ds token create --role ')).to.have.members(roles)
    expect(await names('ds role drop de')).to.deep.equal(['deployer'])
  })

  it('offers nothing of DeltaStream itself, which would be called', async () => {
    for (const typed of ['ds token drop ', 'ds token create -r ']) {
      expect(await complete(typed, {env: {DS_TOKEN: OWNER_TOKEN}}), typed).to.deep.equal([])
    }
  })
})
