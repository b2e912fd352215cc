import {expect} from 'chai'
import {
  checksOf,
  LIST,
  openRecordedHome,
  READ_AGAIN,
  type RecordedHome,
  rolesFor,
  SCOPES,
} from '../support/recorded-home.ts'
import type {ScriptedAnswer} from '../support/scripted-prompter.ts'

describe('the calls to the Astro API for tokens of a wider scope, complete and in order', () => {
  let astro: RecordedHome
  beforeEach(async () => {
    astro = await openRecordedHome()
  })
  const make = (...named: Parameters<RecordedHome['makeNamed']>) => astro.makeNamed(...named)
  const calls = (words: string, answers?: ScriptedAnswer[]) => astro.calls(words, answers)

  const GRANTS = [
    {
      group: 'deployment token organization-token',
      add: ['deployment token organization-token add'],
      scope: 'deployment',
      wider: 'organization',
      looking: [LIST.organization],
      before: [],
      nameFlag: '--org-token-name',
    },
    {
      group: 'deployment token workspace-token',
      add: ['deployment token workspace-token add'],
      scope: 'deployment',
      wider: 'workspace',
      looking: [LIST.workspace],
      before: ['listWorkspaces {workspaceIds:[W],offset:0,limit:1000}'],
      nameFlag: '--workspace-token-name',
    },
    {
      group: 'workspace token organization-token',
      add: ['workspace token add', 'workspace token organization-token add'],
      scope: 'workspace',
      wider: 'organization',
      looking: [LIST.organization],
      before: [],
      nameFlag: '--org-token-name',
    },
  ] as const

  for (const {group, add: adds, scope, wider, looking, before, nameFlag} of GRANTS) {
    const {type, id: entityId, role, other, opening} = SCOPES[scope]
    const held = `{entityType:${SCOPES[wider].type},entityId:${SCOPES[wider].id},role:${SCOPES[wider].role}}`
    const given = (wanted: string) => `{entityType:${type},entityId:${entityId},role:${wanted}}`
    const written = (revision: number, ...roles: string[]) => [
      `updateSeenTokenRoles t [${roles.join(',')}] {revision:${revision}}`,
      READ_AGAIN,
    ]

    it(`${group} list`, async () => {
      expect(await calls(`${group} list`)).to.deep.equal([...opening, LIST[scope]])
    })

    it(`${group} get, by id, by name and by question`, async () => {
      const id = await make(wider, 't')
      await calls(`${adds[0]} ${id} -r ${role}`)
      expect(await calls(`${group} get ${id}`)).to.deep.equal([...opening, 'getToken t'])
      expect(await calls(`${group} get ${nameFlag} t`)).to.deep.equal([...opening, LIST[scope]])
      const asked = await calls(`${group} get`, [{to: 'to show', answer: 't'}])
      expect(asked).to.deep.equal([...opening, LIST[scope]])
    })

    for (const add of adds) {
      it(`${add}, by id, by name and by question`, async () => {
        const id = await make(wider, 't')
        const remove = () => calls(`${group} remove ${id}`)
        const change = (revision: number) => [...checksOf(type, role), ...written(revision, held, given(role))]
        expect(await calls(`${add} ${id} -r ${role}`)).to.deep.equal([
          ...opening,
          ...before,
          'getToken t',
          ...change(1),
        ])
        await remove()
        const byName = await calls(`${add} ${nameFlag} t -r ${role}`)
        expect(byName).to.deep.equal([...opening, ...before, ...looking, ...change(3)])
        await remove()
        const asked = await calls(add, [
          {to: `to add to the ${scope === 'deployment' ? 'Deployment' : 'Workspace'}?`, answer: 't'},
          {to: 'Role', answer: role},
        ])
        expect(asked).to.deep.equal([...opening, ...before, ...looking, rolesFor(type), ...change(5)])
      })
    }

    it(`${group} update, by id, by name and by question`, async () => {
      const id = await make(wider, 't')
      await calls(`${group} add ${id} -r ${role}`)
      const change = (revision: number, to: string) => [...checksOf(type, to), ...written(revision, held, given(to))]
      expect(await calls(`${group} update ${id} -r ${other}`)).to.deep.equal([
        ...opening,
        'getToken t',
        ...change(2, other),
      ])
      expect(await calls(`${group} update ${nameFlag} t -r ${role}`)).to.deep.equal([
        ...opening,
        LIST[scope],
        ...change(3, role),
      ])
      const asked = await calls(`${group} update`, [
        {to: 'to give another role?', answer: 't'},
        {to: 'Role', answer: other},
      ])
      expect(asked).to.deep.equal([...opening, LIST[scope], rolesFor(type), ...change(4, other)])
    })

    it(`${group} remove, by id, by name and by question`, async () => {
      const id = await make(wider, 't')
      const add = () => calls(`${group} add ${id} -r ${role}`)
      await add()
      expect(await calls(`${group} remove ${id}`)).to.deep.equal([...opening, 'getToken t', ...written(2, held)])
      await add()
      expect(await calls(`${group} remove ${nameFlag} t`)).to.deep.equal([...opening, LIST[scope], ...written(4, held)])
      await add()
      const asked = await calls(`${group} remove`, [{to: 'to remove from the', answer: 't'}])
      expect(asked).to.deep.equal([...opening, LIST[scope], ...written(6, held)])
    })

    it(`${scope} token delete of a token of a wider scope (${wider}) removes only its role here`, async () => {
      const id = await make(wider, 't')
      await calls(`${group} add ${id} -r ${role}`)
      expect(await calls(`${scope} token delete ${id} -f`)).to.deep.equal([
        ...opening,
        'getToken t',
        `updateSeenTokenRoles t [${held}] {revision:2}`,
      ])
    })
  }
})
