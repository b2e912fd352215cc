import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'
import {TEST_NOW} from '../support/run-tokenry.ts'

const TOKEN = 'deployment token'
const HOUR_MS = 3_600_000

interface Agent {
  id: string
  name: string
  role: string | null
  endedAt: string | null
  token: string
}

describe('agent tokens', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  const create = (name: string) => astro.json<Agent>(`${TOKEN} create --agent -n ${name} -e 30`)
  const list = (flags = '') => astro.json<Agent[]>(`${TOKEN} list --agent${flags}`)

  it('are created without a role, are valid, and are listed only with --agent', async () => {
    const made = await astro.run(`${TOKEN} create --agent -n remote -e 30`)
    expect(made.stderr).to.contain('Agent token remote was successfully created\n').and.to.not.contain('role')
    expect(await astro.valid(made.stdout)).to.equal(true)
    const [token] = await list()
    expect(token).to.include({name: 'remote', role: null})
    expect(token).to.deep.include({roles: []})
    for (const lists of [`${TOKEN} list`, 'organization token list --all', `${TOKEN} list --ended`]) {
      expect(await astro.json(lists), lists).to.deep.equal([])
    }
  })

  it('can be written to a file, and can have a unique name, as other tokens', async () => {
    const file = join(astro.home, 'agent.txt')
    expect(await astro.run(`${TOKEN} create --agent -n remote -e 1 --output ${file}`)).to.include({
      exitCode: 0,
      stdout: '',
    })
    expect(await astro.valid(readFileSync(file, 'utf8'))).to.equal(true)
    await astro.refused(`${TOKEN} create --agent -n remote -e 1 --unique-name`, {exitCode: 7, words: ['remote']})
  })

  it('are found by their secret; commands for another kind or scope name the right command', async () => {
    const [agent, wide] = [join(astro.home, 'agent.txt'), join(astro.home, 'wide.txt')]
    await astro.run(`${TOKEN} create --agent -n remote -e 1 --output ${agent}`)
    await astro.run(`organization token create -n wide -r ORGANIZATION_OWNER -e 1 --output ${wide}`)
    await astro.refused(`${TOKEN} delete -f --token-file ${agent}`, {
      exitCode: 6,
      words: ['holds the secret of agent token', 'tokenry deployment token delete --agent'],
    })
    await astro.refused(`${TOKEN} delete -f --token-file ${wide}`, {
      exitCode: 6,
      words: ['holds the secret of Organization API token', 'tokenry organization token --help'],
    })
    expect(await astro.run(`${TOKEN} delete --agent -f --token-file ${agent}`)).to.include({exitCode: 0})
  })

  it('get a unique name once, even if commands ask for it concurrently; other lists may use the name too', async () => {
    const argv = `${TOKEN} create --agent -n same -e 1 --unique-name -c`
    const runs = await Promise.all(Array.from({length: 8}, () => astro.run(argv)))
    expect(runs.map(({exitCode}) => exitCode).sort()).to.deep.equal([0, 7, 7, 7, 7, 7, 7, 7])
    const [only, ...more] = await list()
    expect(more).to.deep.equal([])
    await astro.refused(argv, {exitCode: 7, words: ['same', only?.id ?? '']})
    await astro.make('deployment', 'same', '--unique-name')
    await astro.refused(argv, {exitCode: 7, words: [only?.id ?? '']})
    expect(await astro.json(`${TOKEN} delete --agent -t same -f`)).to.include({id: only?.id})
    expect(await astro.run(argv)).to.include({exitCode: 0})
  })

  it('have no role and no kind: --role and --kind are refused', async () => {
    await astro.refused(`${TOKEN} create --agent -n x -r DEPLOYMENT_ADMIN`, {exitCode: 2, words: ['--role']})
    await astro.refused(`${TOKEN} create --agent -n x --kind STANDARD`, {exitCode: 2, words: ['--kind']})
    await astro.refused(`${TOKEN} list --agent --role DEPLOYMENT_ADMIN`, {exitCode: 2, words: ['--role']})
    await astro.refused(`${TOKEN} list --agent --kind STANDARD`, {exitCode: 2, words: ['--kind']})
  })

  it('need only a name and an expiration: no other question is asked', async () => {
    const answers = [
      {to: 'Name', answer: 'asked'},
      {to: 'Expires', answer: '7'},
    ]
    expect(await astro.run(`${TOKEN} create --agent`, {tty: true, answers})).to.include({exitCode: 0})
    expect(await list()).to.have.lengthOf(1)
  })

  it('are deleted by id, by name or by choice, and are then listed with --ended', async () => {
    const made = [await create('a'), await create('b'), await create('c')]
    const [a, , c] = made
    expect((await astro.run(`${TOKEN} delete --agent ${a?.id} -f`)).stdout).to.equal(
      'Agent token a was successfully deleted\n',
    )
    await astro.json(`${TOKEN} delete --agent -t b -f`)
    const answers = [
      {to: 'Which agent token to delete?', answer: 'c'},
      {to: 'Delete the agent token c', answer: true},
    ]
    expect(await astro.run(`${TOKEN} delete --agent`, {tty: true, answers})).to.include({exitCode: 0})
    expect(await list()).to.deep.equal([])
    const ended = await list(' --ended')
    expect(ended.map(({name}) => name)).to.have.members(['a', 'b', 'c'])
    expect(ended.find(({id}) => id === c?.id)).to.include({endedAt: '2026-11-22T12:00:00Z'})
    for (const {token} of made) expect(await astro.valid(token)).to.equal(false)
  })

  it('are not found by the commands for other tokens, and --agent finds no other tokens', async () => {
    const agent = await create('remote')
    const {id} = await astro.make('deployment', 'ci')
    await astro.refused(`${TOKEN} delete ${agent.id} -f`, {exitCode: 6, words: [agent.id]})
    await astro.refused(`${TOKEN} rotate ${agent.id} -f`, {exitCode: 6, words: [agent.id]})
    await astro.refused(`${TOKEN} update ${agent.id} -n x`, {exitCode: 6, words: [agent.id]})
    await astro.refused(`${TOKEN} delete --agent ${id} -f`, {exitCode: 6, words: [id, '--agent']})
    await astro.refused(`${TOKEN} delete --agent -t ci -f`, {exitCode: 6, words: ['ci', '--agent']})
  })

  it('of another deployment are answered as if they did not exist', async () => {
    const agent = await create('remote')
    const other = await astro.json<{id: string}>('service deployment create other')
    const there = `--deployment-id ${other.id}`
    await astro.refused(`${TOKEN} delete --agent ${agent.id} -f ${there}`, {exitCode: 6, words: [agent.id]})
    expect(await list(` ${there}`)).to.deep.equal([])
    expect(await list(` --ended ${there}`)).to.deep.equal([])
  })

  it('that were used are not deleted with --unused-for, and --dry-run changes nothing', async () => {
    const agent = await create('remote')
    await astro.use(agent.token, TEST_NOW - HOUR_MS)
    await astro.refused(`${TOKEN} delete --agent -t remote --unused-for 2h -f`, {exitCode: 10, words: ['1 hour ago']})
    const before = astro.snapshot()
    expect(await astro.json(`${TOKEN} delete --agent -t remote --dry-run`)).to.include({action: 'delete'})
    expect(astro.snapshot()).to.equal(before)
  })

  it('have an empty list that says how to create one', async () => {
    const {stderr, exitCode} = await astro.run(`${TOKEN} list --agent`)
    expect(exitCode).to.equal(0)
    expect(stderr).to.match(
      /No agent token to list in deployment default .*tokenry deployment token create .*--agent\n/,
    )
  })
})
