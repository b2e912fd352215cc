import {expect} from 'chai'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'
import {CTRL_C, type ScriptedAnswer} from '../support/scripted-prompter.ts'

const SCOPES: Scope[] = ['deployment', 'workspace', 'organization']
const ROLES = {deployment: 'DEPLOYMENT_ADMIN', workspace: 'WORKSPACE_OWNER', organization: 'ORGANIZATION_OWNER'}

/** The questions of a command without flags, in order, and the answers of a person. */
interface Dialogue {
  command: string
  questions: {to: string; answer: string | boolean}[]
}

function dialoguesOf(scope: Scope): Dialogue[] {
  const token = `${scope} token`
  return [
    {
      command: `${token} create`,
      questions: [
        {to: 'Name of the new API token', answer: 'asked'},
        {to: 'Role', answer: ROLES[scope]},
        {to: 'Expires after', answer: '7'},
      ],
    },
    {
      command: `${token} update`,
      questions: [
        {to: 'Which API token to update?', answer: 'ci'},
        {to: 'New name', answer: 'new'},
        {to: 'New description', answer: 'told'},
        {to: 'Role', answer: ROLES[scope]},
      ],
    },
    {
      command: `${token} rotate`,
      questions: [
        {to: 'Which API token to rotate?', answer: 'ci'},
        {to: 'Rotate the API token ci', answer: true},
      ],
    },
    {
      command: `${token} delete`,
      questions: [
        {to: 'Which API token to delete?', answer: 'ci'},
        {to: 'Delete the API token ci', answer: true},
      ],
    },
  ]
}

const GRANTS: (Dialogue & {group: string})[] = [
  {group: 'deployment token organization-token', name: 'ops', role: 'DEPLOYMENT_ADMIN'},
  {group: 'deployment token workspace-token', name: 'team', role: 'DEPLOYMENT_ADMIN'},
  {group: 'workspace token organization-token', name: 'ops', role: 'WORKSPACE_MEMBER'},
].flatMap(({group, name, role}) => {
  const where = group.startsWith('deployment') ? 'Deployment' : 'Workspace'
  return [
    {
      group,
      command: `${group} add`,
      questions: [
        {to: `Which API token to add to the ${where}?`, answer: name},
        {to: 'Role', answer: role},
      ],
    },
    {
      group,
      command: `${group} update`,
      questions: [
        {to: 'Which API token to give another role?', answer: name},
        {to: 'Role', answer: role},
      ],
    },
    {
      group,
      command: `${group} remove`,
      questions: [{to: `Which API token to remove from the ${where}?`, answer: name}],
    },
  ]
})

describe('questions at a terminal', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  const ask = (command: string, answers: ScriptedAnswer[]) => astro.run(command, {tty: true, answers})

  /**
   * Press Ctrl-C at each question: expect exit code 130 and no change. Then answer all questions.
   */
  async function goThrough({command, questions}: Dialogue): Promise<void> {
    const before = astro.snapshot()
    for (let at = 0; at < questions.length; at += 1) {
      const answers = [...questions.slice(0, at), {to: questions[at]?.to ?? '', answer: CTRL_C}] as ScriptedAnswer[]
      const cancelled = await ask(command, answers)
      expect(cancelled, `${command}, question ${at + 1}`).to.include({exitCode: 130, stdout: ''})
      expect(astro.snapshot(), command).to.equal(before)
    }
    const done = await ask(command, questions)
    expect(done.exitCode, `${command}: ${done.stderr}`).to.equal(0)
    expect(astro.snapshot(), command).to.not.equal(before)
  }

  for (const scope of SCOPES) {
    it(`name their purpose, and Ctrl-C at any of them exits 130 and changes nothing: ${scope} token (fault 38)`, async () => {
      for (const dialogue of dialoguesOf(scope)) {
        await astro.make(scope, 'ci')
        await goThrough(dialogue)
        for (const {id} of await astro.json<{id: string}[]>(`${scope} token list`)) {
          await astro.json(`${scope} token delete ${id} -f`)
        }
      }
    })
  }

  for (const {group, ...dialogue} of GRANTS) {
    it(`name their purpose, and Ctrl-C at any of them exits 130 and changes nothing: ${dialogue.command} (fault 38)`, async () => {
      await astro.run('service role create deployer')
      await astro.make('organization', 'ops')
      await astro.make('workspace', 'team')
      if (!dialogue.command.endsWith('add')) {
        const name = group.includes('workspace-token') ? '--workspace-token-name team' : '--org-token-name ops'
        const role = group.startsWith('deployment') ? 'deployer' : 'WORKSPACE_OWNER'
        await astro.json(`${group} add ${name} -r ${role}`)
      }
      await goThrough(dialogue)
    })
  }

  it('select the token in organization token roles, which changes nothing', async () => {
    await astro.make('organization', 'ops')
    const cancelled = await ask('organization token roles', [{to: 'Roles of which API token?', answer: CTRL_C}])
    expect(cancelled).to.include({exitCode: 130, stdout: ''})
    const done = await ask('organization token roles', [{to: 'Roles of which API token?', answer: 'ops'}])
    expect(done.stdout).to.contain('ORGANIZATION_OWNER')
  })

  it('offer only suitable tokens: those of the entity to rotate and update, those of the wider scope to add', async () => {
    await astro.make('deployment', 'own')
    await astro.make('workspace', 'team')
    await astro.make('organization', 'ops')
    await astro.json('deployment token workspace-token add -n team -r DEPLOYMENT_ADMIN')
    const offers = async (command: string, to: string, name: string) => {
      // If the scripted answer is not among the choices, the command fails.
      const {exitCode} = await ask(`${command} --dry-run`, [{to, answer: name}])
      return exitCode === 0
    }
    const all = ['own', 'team', 'ops']
    for (const [command, to, ...offered] of [
      ['deployment token rotate', 'to rotate', 'own'],
      ['deployment token update -d x', 'to update', 'own'],
      ['deployment token delete', 'to delete', 'own', 'team'],
      ['deployment token organization-token add -r DEPLOYMENT_ADMIN', 'to add', 'ops'],
      ['deployment token workspace-token add -r DEPLOYMENT_ADMIN', 'to add', 'team'],
      ['deployment token workspace-token update -r DEPLOYMENT_ADMIN', 'another role', 'team'],
      ['deployment token workspace-token remove', 'to remove', 'team'],
    ] as const) {
      const found: string[] = []
      for (const name of all) if (await offers(command, to, name)) found.push(name)
      expect(found, command).to.deep.equal(offered)
    }
  })

  it('ask for the organization, the workspace or the deployment first, if there are several', async () => {
    await astro.json('service organization create beta')
    const where = [{to: 'Which organization?', answer: 'beta'}]
    const name = [
      {to: 'Name', answer: 'there'},
      {to: 'Role', answer: 'ORGANIZATION_MEMBER'},
      {to: 'Expires', answer: 'never'},
    ]
    expect(await ask('organization token create', [...where, ...name])).to.include({exitCode: 0})
    expect((await ask('organization token list', where)).stdout).to.contain('there')
    const here = `--organization-id ${astro.organizationId}`
    await astro.json(`service workspace create data ${here}`)
    await astro.json(`service deployment create staging --workspace-id ${astro.workspaceId} ${here}`)
    const inData = [
      {to: 'Which organization?', answer: 'default'},
      {to: 'Which workspace?', answer: 'data'},
    ]
    expect((await ask('workspace token list', inData)).stderr).to.contain('Workspace data')
    const inStaging = [
      {to: 'Which organization?', answer: 'default'},
      {to: 'Which deployment?', answer: 'staging'},
    ]
    expect((await ask('deployment token list', inStaging)).stderr).to.contain('Deployment staging')
  })

  it('distinguish tokens with the same name by id, age, last use and the last characters of the secret', async () => {
    await astro.make('workspace', 'ci')
    const {id, token} = await astro.make('workspace', 'ci')
    for (const answer of [id, token.slice(-8)]) {
      const answers: ScriptedAnswer[] = [
        {to: 'Which API token to delete?', answer},
        {to: id, answer: CTRL_C},
      ]
      expect(await ask('workspace token delete -t ci', answers)).to.include({exitCode: 130})
    }
  })

  it('offer the current role of a token, even an unknown one, so that a rename need not change it', async () => {
    const {id} = await astro.make('workspace', 'ci')
    const db = astro.database()
    db.prepare("UPDATE token_role SET role = 'ROLE_OF_TOMORROW' WHERE token_id = ?").run(id)
    db.close()
    const answers = [
      {to: 'New name', answer: 'new'},
      {to: 'New description', answer: ''},
      {to: 'Role', answer: 'ROLE_OF_TOMORROW'},
    ]
    const updated = await ask(`workspace token update ${id}`, answers)
    expect(updated.exitCode, updated.stderr).to.equal(0)
    const [renamed] = await astro.json<Record<string, unknown>[]>('workspace token list')
    expect(renamed).to.include({name: 'new', role: 'ROLE_OF_TOMORROW'})
  })

  it('ask only for what is missing', async () => {
    await astro.make('organization', 'ops')
    const role = [{to: 'Role', answer: 'WORKSPACE_MEMBER'}]
    expect(await ask('workspace token add -n ops', role)).to.include({exitCode: 0})
    const which = [{to: 'Which API token', answer: 'ops'}]
    expect(await ask('workspace token organization-token update -r WORKSPACE_OWNER', which)).to.include({exitCode: 0})
    expect(await ask('workspace token delete -f', which)).to.include({exitCode: 0})
    const name = [{to: 'Name', answer: 'x'}]
    expect(await ask('workspace token create -r WORKSPACE_MEMBER -e 1', name)).to.include({exitCode: 0})
  })
})
