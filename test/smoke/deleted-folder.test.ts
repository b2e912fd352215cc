import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {bash, ROOT, type Spawned} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = 'tokenry deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1'
const COMMANDS: Record<string, string> = {
  'deployment:token:create --output': `${CREATE} --output x`,
  'deployment:token:rotate --output': 'tokenry deployment token rotate -t ci -f --output ./x',
  'deployment:token:rotate --token-file': 'tokenry deployment token rotate --token-file ../x -f',
  'workspace:token:delete --token-file': 'tokenry workspace token delete --token-file x -f',
  'token:verify --token-file': 'tokenry token verify --token-file x',
  'token:inspect --token-file': 'tokenry token inspect --token-file a/b --json',
  'deployment:token:list --timeline-html': 'tokenry deployment token list --timeline-html x.html',
  'deltastream:sql --file': 'tokenry deltastream sql --file x.sql',
  'deployment:list --credential-file': 'tokenry deployment list --credential-file x',
  'login --credential-file': 'tokenry login --vendor astro --credential-file x',
  'service:start --ready-file': 'tokenry service start --port 0 --ready-file x',
}

describe('in a working directory that was deleted', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (script: string): Promise<Spawned> => bash(`mkdir gone; cd gone; rmdir ../gone; ${script}`, {home})

  for (const [name, command] of Object.entries(COMMANDS)) {
    const flag = name.split(' ')[1] ?? ''

    it(`a relative ${flag} is exit 3, and nothing is created: ${command}`, async () => {
      const {exitCode, stdout, stderr} = await run(command)
      expect(exitCode, stderr).to.equal(3)
      const text = command.endsWith('--json') ? JSON.stringify(JSON.parse(stdout)) : stderr
      expect(text)
        .to.contain('the working directory does not exist any more')
        .and.to.contain(`give ${flag} an absolute`)
      expect(await bash('tokenry deployment token list --ended --json', {home})).to.include({
        stdout: '{"schemaVersion":1,"ok":true,"result":[],"warnings":[]}\n',
      })
    })
  }

  it('an absolute path and a command without a path work as usual', async () => {
    const done = await run(
      `${CREATE} --output ${home}/token.txt && tokenry token verify --token-file ${home}/token.txt`,
    )
    expect(done.exitCode, done.stderr).to.equal(0)
    const listed = await run('tokenry deployment token list --no-header; tokenry --version')
    expect(listed).to.include({exitCode: 0, stderr: ''})
    expect((await run(`${CREATE} --output -`)).stdout).to.match(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  it('every flag that takes a file is tested', () => {
    const {commands} = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, {flags: Record<string, {helpValue?: string}>}>
    }
    const flags = Object.values(commands).flatMap((command) => Object.entries(command.flags))
    const names = flags.filter(([, {helpValue}]) => helpValue === 'FILE').map(([name]) => `--${name}`)
    const tried = Object.keys(COMMANDS).map((name) => name.split(' ')[1])
    expect(new Set(names)).to.deep.equal(new Set(tried))
  })
})
