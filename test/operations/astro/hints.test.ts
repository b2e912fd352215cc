import {execFileSync} from 'node:child_process'
import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import {explainCreation} from '../../../src/operations/astro/directory.ts'
import {commandFor, listCommand} from '../../../src/operations/astro/entity-words.ts'
import {writeRoles} from '../../../src/operations/astro/grant-role.ts'
import {checkRole} from '../../../src/operations/astro/list-roles.ts'
import {planRotation} from '../../../src/operations/astro/rotate-token.ts'
import {planUpdate} from '../../../src/operations/astro/update-token.ts'
import {formatOrganizationFlag, type OpenedOrganization} from '../../../src/operations/service/open-embedded.ts'
import {hintAtReplacement} from '../../../src/operations/tokens/word-uncertain.ts'
import type {TokenView} from '../../../src/service/store/store.ts'
import {ASTRO_CUSTOM_ROLES} from '../../../src/vendors/astro/embedded/custom-roles.ts'
import {findAstroCommands} from '../../../src/vendors/astro/embedded/token-commands.ts'
import {openPlainAstro, type PlainAstro} from '../../support/plain-astro.ts'
import {tempFolder} from '../../support/temp-folder.ts'

/** Ids of a hostile server. */
const HOSTILE = ["c'; touch pwned; '", 'c $(touch pwned) `touch pwned`', 'c"d\\e', 'c\nd', 'c&d|e>f*', '#c', '~c']

/** Return the words that a shell reads in a command. */
function readWords(command: string): string[] {
  const script = `printf '%s\\0' ${command}`
  return execFileSync('/bin/sh', ['-c', script], {encoding: 'utf8', cwd: tempFolder()}).split('\0').slice(0, -1)
}

/** Return the words of the command at the end of a hint, from `tokenry` on. */
function wordsOf(hint: string | undefined): string[] {
  return readWords((hint ?? '').slice((hint ?? '').indexOf('tokenry ')))
}

async function hintOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work()
  } catch (err) {
    if (err instanceof AppError) return err.details.hint
    throw err
  }
  throw new Error('nothing was refused')
}

describe('a command in a hint', () => {
  let astro: PlainAstro
  beforeEach(async () => {
    astro = await openPlainAstro()
  })
  afterEach(() => astro.service.close())

  for (const id of HOSTILE) {
    it(`has the id as one word, even if it is ${JSON.stringify(id)}`, async () => {
      const target = astro.changed(
        {},
        {severalOrganizations: true, organizationId: id, creationCommand: () => 'tokenry create'},
      ).deployment.target
      const organization = ['--organization-id', id]
      expect(wordsOf(listCommand(target, 'workspace'))).to.deep.equal(['tokenry', 'workspace', 'list', ...organization])
      for (const [scope, flag] of [
        ['DEPLOYMENT', '--deployment-id'],
        ['WORKSPACE', '--workspace-id'],
      ] as const) {
        expect(wordsOf(commandFor({target, scope, id}, 'list')).slice(4)).to.deep.equal([flag, id, ...organization])
      }
      expect(wordsOf(commandFor({target, scope: 'ORGANIZATION', id}, 'list')).slice(4)).to.deep.equal(organization)
      const creation = wordsOf(await explainCreation(target, 'deployment', id))
      expect(creation).to.deep.equal(['tokenry', 'create', '--workspace-id', id, ...organization])
      const opened = {severalOrganizations: true, organizationId: id} as OpenedOrganization
      expect(readWords(formatOrganizationFlag(opened))).to.deep.equal(organization)
    })

    it(`has the id of a token as one word, even if it is ${JSON.stringify(id)}`, async () => {
      const {deployment, workspace} = astro
      const wide = {...(await astro.makeWide()).token, id}
      const own = {...(await astro.make()).token, id}
      const graceUntil = '2999-01-01T00:00:00Z'
      expect(wordsOf(await hintOf(() => writeRoles({entity: deployment, token: own}, [])))).to.include(id)
      expect(wordsOf(hintAtReplacement(deployment.words, own, 'now'))).to.include(id)
      for (const token of [wide, {...own, graceUntil}]) {
        const hint = await hintOf(() => planRotation(astro.runtime, {entity: deployment, token, endAllValues: false}))
        expect(wordsOf(hint?.replace(/; a deployment can only.*/s, ''))).to.include(id)
      }
      const rename = await hintOf(() => planUpdate({entity: workspace, token: wide, newName: id}))
      expect(wordsOf(rename?.replace(/; a workspace can only.*/s, ''))).to.include.members([id, `--new-name=${id}`])
    })

    it(`of the embedded service has the id as one word, even if it is ${JSON.stringify(id)}`, () => {
      const view = {id, scope: 'DEPLOYMENT', ownerId: id, organizationId: id, kind: 'STANDARD'} as TokenView
      const {rotate, command} = findAstroCommands(view)
      const where = ['--deployment-id', id, '--organization-id', id, '--context', 'embedded']
      expect(wordsOf(rotate ?? '')).to.deep.equal(['tokenry', 'deployment', 'token', 'rotate', id, '--force', ...where])
      expect(wordsOf(command('list'))).to.deep.equal(['tokenry', 'deployment', 'token', 'list', ...where])
      expect(wordsOf(ASTRO_CUSTOM_ROLES.listHoldersCommand(id))).to.include(id)
    })
  }

  it('has a similar role as one word', async () => {
    const {target, scope} = astro.changed({
      listRoles: async () => ({
        roles: [{id: 'r', name: 'my role', scopeType: 'DEPLOYMENT'}] as never,
        ...{limit: 1, offset: 0, totalCount: 1},
      }),
    }).deployment
    expect(await hintOf(() => checkRole({target, scope}, 'my rule'))).to.equal("Did you mean --role 'my role'?")
  })

  it('has a placeholder if the owner of a token is unknown', async () => {
    const token = {...(await astro.makeWide()).token, scope: 'WORKSPACE' as const, roles: []}
    const hint = await hintOf(() => planRotation(astro.runtime, {entity: astro.deployment, token, endAllValues: false}))
    expect(hint).to.contain('--workspace-id WORKSPACE_ID')
  })
})
