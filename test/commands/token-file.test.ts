import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'

interface Manifest {
  commands: Record<string, {id: string; flags: Record<string, unknown>}>
}

const MANIFEST: Manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../oclif.manifest.json'), 'utf8'))
const REVOKE = 'tokenry token revoke --token-file FILE'

/** How to make the token that each command with --token-file works on. */
const MAKE = {
  agent: 'deployment token create --agent -n it -e 1',
  deployment: 'deployment token create -n it -r DEPLOYMENT_ADMIN -e 1',
  workspace: 'workspace token create -n it -r WORKSPACE_OWNER -e 1',
  organization: 'organization token create -n it -r ORGANIZATION_OWNER -e 1',
  motherduck: 'motherduck token create --user admin -n it -e 1d',
  deltastream: 'deltastream token create it --role orgadmin --expires-in-days 1',
} as const

type Kind = keyof typeof MAKE

describe('--token-file', () => {
  let at: AstroHome
  beforeEach(async () => {
    at = await openAstroHome()
  })

  const make = async (kind: Kind) => (await at.json<{token: string}>(MAKE[kind])).token

  /** Return the kind of token for a command, and a role that it must hold first. */
  function kindFor(words: string[]): {kind: Kind; grant?: string} {
    const [topic = '', , wider] = words
    if (topic === 'token') return {kind: 'deployment'}
    if (wider === 'organization-token' || wider === 'workspace-token') {
      const role = topic === 'deployment' ? 'DEPLOYMENT_ADMIN' : 'WORKSPACE_MEMBER'
      const kind = wider === 'organization-token' ? 'organization' : 'workspace'
      return {kind, grant: `${topic} token ${wider} add it -r ${role}`}
    }
    return {kind: topic as Kind}
  }

  for (const {id, flags} of Object.values(MANIFEST.commands)) {
    if (!('token-file' in flags)) continue
    const words = id.split(':')
    it(`- reads the token from standard input: ${words.join(' ')}`, async () => {
      const {kind, grant} = kindFor(words)
      const token = await make(kind)
      if (grant !== undefined) await at.json(grant)
      const force = 'force' in flags ? ' --force' : ''
      const done = await at.run(`${words.join(' ')} --token-file - --json${force}`, {stdin: `${token}\n`})
      expect(done.exitCode, done.stdout).to.equal(0)
      const empty = await at.run(`${words.join(' ')} --token-file -${force}`, {stdin: ''})
      expect(empty.exitCode, empty.stderr).to.equal(2)
      expect(empty.stderr).to.contain('standard input')
    })
  }

  const COMMANDS = [
    'deployment token get',
    'deployment token delete -f',
    'deployment token rotate -f',
    'workspace token get',
    'workspace token delete -f',
    'organization token rotate -f',
    'motherduck token get',
    'motherduck token delete -f',
    'motherduck token rotate',
    'deltastream token get',
    'deltastream token drop -f',
    'deltastream token renew -f',
  ]

  it('names the line that ends a token of any kind, in every command that is for another kind', async () => {
    const secrets: [Kind, string][] = []
    for (const kind of Object.keys(MAKE) as Kind[]) secrets.push([kind, await make(kind)])
    for (const command of COMMANDS) {
      const topic = command.split(' ')[0]
      for (const [kind, stdin] of secrets) {
        // An organization token has no role on a deployment; an agent token is found with --agent.
        if (kind === topic) continue
        const line = `${command} --token-file -`
        const {stderr} = await at.refused(line, {exitCode: 6}, {stdin, tty: false})
        expect(stderr.replaceAll(/\s+/g, ' '), `${line} of ${kind}`).to.contain(REVOKE)
      }
    }
    const file = join(at.home, 'leaked.txt')
    for (const [kind, token] of secrets) {
      writeFileSync(file, token, {mode: 0o600})
      const done = await at.run(`${REVOKE.replace('tokenry ', '').replace('FILE', file)} --force`)
      expect(done.exitCode, `${kind}: ${done.stderr}`).to.equal(0)
      expect(await at.valid(token), kind).to.equal(false)
    }
  })
})
