import {readFileSync} from 'node:fs'
import {expect} from 'chai'
import {bash, ROOT} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {TmuxTerminal} from '../support/tmux-terminal.ts'

describe('the built program at a real terminal', function () {
  this.timeout(30_000)
  let home = ''
  let terminal: TmuxTerminal

  beforeEach(() => {
    home = tempFolder()
    terminal = new TmuxTerminal(home)
  })
  afterEach(() => terminal.close())

  const open = (width: number) => terminal.open(width)
  const type = (text: string) => terminal.type(text)
  const press = (text: string, key: string) => terminal.press(text, key)
  const see = (text: string) => terminal.see(text)

  it('asks for what was left out, and prints the token', async () => {
    await open(100)
    await type('tokenry deployment token create --output token.txt')
    await see('Name of the new API token')
    await type('web')
    await see('Role')
    await type('')
    await see('Expires after')
    await type('12w')
    await see('Deployment API token web was successfully created')
    await see('(in 84 days)')
    expect((await bash('tokenry token verify --token-file token.txt', {home})).exitCode).to.equal(0)
  })

  it('exits 130 at Ctrl-C and writes nothing', async () => {
    await open(100)
    await type('tokenry deployment token create; echo "exit $?"')
    await see('Name of the new API token')
    await press('', 'C-c')
    await see('exit 130')
    const listed = await bash('tokenry deployment token list --json', {home})
    expect(JSON.parse(listed.stdout).result).to.deep.equal([])
  })

  it('lets a person choose the token and confirm', async () => {
    await bash('for n in one two; do tokenry deployment token create -n $n -r DEPLOYMENT_ADMIN -e 1 -c; done', {home})
    await open(100)
    await type('tokenry deployment token delete; echo "exit $?"')
    await see('Which API token to delete?')
    await press('', 'Down')
    await type('')
    await see('Delete the API token two (c')
    await see('never used)?')
    await type('y')
    await see('exit 0')
    const listed = await bash('tokenry deployment token list --no-header', {home})
    expect(listed.stdout.split('\t')[1]).to.equal('one')
  })

  it('completes in bash a role after an alias, the file after <, and names that bash splits or has to quote', async () => {
    await open(100)
    await type('eval "$(tokenry completion bash)"; echo loaded')
    await see('loaded')
    await press('tokenry de to cr --name "my web" --role=DEP', 'Tab')
    await type('--expiration 1 --output token.txt')
    await see('Deployment API token my web was successfully created')
    await press('tokenry token verify <token.', 'Tab')
    await type('; echo "exit $?"')
    await see('exit 0')
    await press('tokenry de to ro --force --output new.txt --name=m', 'Tab')
    await type('; echo "rotated $?"')
    await see('rotated 0')
    await press('tokenry de to get "m', 'Tab')
    await type('; echo "shown $?"')
    await see('shown 0')
    await type('tokenry service user create ann@example.com')
    await see('User ann@example.com was successfully created')
    await press('tokenry service user delete --force ann@e', 'Tab')
    await type('')
    await see('User ann@example.com was successfully deleted')
  })

  it('fits a list into a narrow window, and keeps ids whole', async () => {
    const name = 'a-rather-long-name-for-a-token'
    const made = await bash(`tokenry deployment token create -n ${name} -r DEPLOYMENT_ADMIN -e 300 --json`, {home})
    const {id} = JSON.parse(made.stdout).result
    await open(60)
    await type('tokenry deployment token list; echo "exit $?"')
    expect(await see('exit 0'))
      .to.contain(id)
      .and.to.contain('…')
  })

  it('exits 130 at the answer no, which a script can allow as docs/moving-from-astro.md shows', async () => {
    await bash('tokenry deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1 -c', {home})
    const line = 'tokenry deployment token delete -t ci || [ $? -eq 130 ]'
    expect(readFileSync(`${ROOT}/docs/moving-from-astro.md`, 'utf8')).to.contain(`\n${line}\n`)
    await open(100)
    for (const [typed, ending] of [
      [line.slice(0, line.indexOf(' ||')), 'exit 130'],
      [line, 'exit 0'],
    ] as const) {
      await type(`clear; ${typed}; echo "exit $?"`)
      await see('Delete the API token ci')
      await type('n')
      await see(ending)
    }
  })

  it('draws no colour with NO_COLOR', async () => {
    await bash('tokenry deployment token create -n one -r DEPLOYMENT_ADMIN -e 1 -c', {home})
    await open(140)
    await type('NO_COLOR=1 tokenry deployment token list; echo "exit $?"')
    await see('exit 0')
    expect(await terminal.readScreen({withColors: true})).to.not.contain('\u001b[3')
  })
})
