import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'

describe('get', () => {
  let at: AstroHome
  beforeEach(async () => {
    at = await openAstroHome()
  })

  for (const scope of ['deployment', 'workspace', 'organization'] satisfies Scope[]) {
    it(`shows a ${scope} token by its id, by its name and by --name`, async () => {
      const {id} = await at.make(scope, 'ci')
      await at.make(scope, 'other')
      for (const wanted of [id, 'ci', '--name ci', '-t ci']) {
        expect(await at.json(`${scope} token get ${wanted}`), wanted).to.include({id, name: 'ci'})
      }
    })
  }

  it('reads an argument as an id before a name', async () => {
    const {id} = await at.make('workspace', 'ci')
    const other = await at.make('workspace', id)
    expect(await at.json(`workspace token get ${id}`)).to.include({id, name: 'ci'})
    expect(await at.json(`workspace token get --name ${id}`)).to.include({id: other.id})
  })

  it('is CONFLICT, with the ids, for a name that two tokens have, and asks at a terminal', async () => {
    const [one, two] = [await at.make('workspace', 'ci'), await at.make('workspace', 'ci')]
    await at.refused('workspace token get ci', {exitCode: 7, words: [one.id, two.id]})
    const asked = await at.run('workspace token get ci', {tty: true, answers: [{to: 'to show', answer: two.id}]})
    expect(asked.exitCode).to.equal(0)
    expect(asked.stdout).to.contain(two.id)
  })

  it('is NOT_FOUND, with the list command, for an argument that is neither an id nor a name', async () => {
    const {stderr} = await at.refused('workspace token get none', {
      exitCode: 6,
      words: ['none', 'workspace token list'],
    })
    expect(stderr).to.not.contain('--name')
  })

  it('shows agent tokens and tokens of a wider scope by name, too', async () => {
    const agent = await at.json<{id: string}>('deployment token create --agent -n agent -e 1')
    expect(await at.json('deployment token get agent --agent')).to.include({id: agent.id})
    const wide = await at.make('organization', 'ops')
    await at.json(`workspace token organization-token add ${wide.id} -r WORKSPACE_MEMBER`)
    expect(await at.json('workspace token organization-token get ops')).to.include({id: wide.id})
    await at.refused('workspace token organization-token get agent', {exitCode: 6})
  })

  it('says how to show an agent token that is in --token-file', async () => {
    const {token} = await at.json<{token: string}>('deployment token create --agent -n agent -e 1')
    const file = join(at.home, 'token.txt')
    writeFileSync(file, token, {mode: 0o600})
    await at.refused(`deployment token get --token-file ${file}`, {
      exitCode: 6,
      words: ['deployment token get --agent'],
    })
    await at.refused(`deployment token delete -f --token-file ${file}`, {exitCode: 6, words: ['delete --agent']})
  })

  it('is about one token: an id and the file of another one exclude each other', async () => {
    const [one, two] = [await at.make('workspace', 'one'), await at.make('workspace', 'two')]
    const file = join(at.home, 'token.txt')
    writeFileSync(file, two.token, {mode: 0o600})
    for (const verb of ['get', 'delete -f', 'rotate -f']) {
      await at.refused(`workspace token ${verb} ${one.id} --token-file ${file}`, {exitCode: 2, words: [one.id]})
    }
  })
})

describe('a hint of the service', () => {
  it('names the organization if there are several, so that its command works as printed', async () => {
    const at = await openAstroHome()
    const {id} = await at.json<{id: string}>('service organization create other')
    const where = `--organization-id ${id}`
    await at.json(`service user create a@example.com ${where}`)
    for (const [line, exitCode] of [
      ['service workspace delete none -f', 6],
      ['service deployment delete none -f', 6],
      ['service deployment create d --workspace-id none', 6],
      ['service role delete none -f', 6],
      ['service user delete none -f', 6],
      ['service user create A@example.com', 7],
    ] as const) {
      const {stderr} = await at.refused(`${line} ${where}`, {exitCode})
      const [, command = ''] = /tokenry (service .*list.*)/.exec(stderr) ?? []
      expect(command, line).to.contain(where)
      expect(await at.run(command), command).to.include({exitCode: 0})
    }
  })
})
