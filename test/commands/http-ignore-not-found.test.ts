import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {Run} from '../support/run-tokenry.ts'
import {credential, openScriptedAstro, page, type Route, refuse, TOKEN} from '../support/scripted-astro.ts'
import {answer, answerText, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

const FLAG = '--ignore-not-found'
const DELETE = 'deployment token delete --force'
const REMOVE = 'deployment token organization-token remove'

describe('--ignore-not-found over HTTP', () => {
  type Changes = Partial<Record<Route, Step | Step[]>>

  /** `FILE` in the words is a file with a secret. */
  async function run(words: string, changes: Changes): Promise<Run & {calls: string[]}> {
    const astro = await openScriptedAstro(changes)
    try {
      const result = await astro.run(`${words.replace('FILE', writeSecret())} ${FLAG}`, {waits: []})
      return {...result, calls: astro.calls()}
    } finally {
      await astro.close()
    }
  }

  const gone = {get: refuse(404), list: page('tokens', [])}
  const wide = {...TOKEN, scope: 'ORGANIZATION', roles: [{entityType: 'ORGANIZATION', entityId: 'corg', role: 'X'}]}

  function writeSecret(): string {
    const file = join(tempFolder(), 'token')
    writeFileSync(file, credential({apiTokenId: 'ctok'}), {mode: 0o600})
    return file
  }

  /** Lines that need the deployment, and what Astro answers to them. */
  const LINES: [words: string, changes: Changes][] = [
    [`${DELETE} cgone --deployment-id cdep`, gone],
    [`${DELETE} --name ci --deployment-id cdep`, gone],
    [`${DELETE} --agent cgone --deployment-id cdep`, gone],
    [`${DELETE} --agent --name ci --deployment-id cdep`, gone],
    [`${REMOVE} cgone --deployment-id cdep`, gone],
    [`${REMOVE} -n ops --deployment-id cdep`, gone],
    [`${REMOVE} ctok --deployment-id cdep`, {get: answer(200, wide)}],
    [`${DELETE} --token-file FILE --deployment-id cdep`, gone],
  ]

  for (const [words, changes] of LINES) {
    it(`succeeds if the token is gone from a deployment that was seen: ${words}`, async () => {
      expect(await run(words, changes)).to.include({exitCode: 0, stderr: ''})
    })

    it(`is NOT_FOUND if the deployment may be mistyped, because it must not be listed: ${words}`, async () => {
      const result = await run(words, {...changes, deployments: refuse(403)})
      expect(result).to.include({exitCode: 6, stdout: ''})
      if (!words.includes('--token-file') && !words.includes('ctok')) {
        expect(result.stderr).to.match(/check --deployment-id too/i)
      }
    })
  }

  for (const words of [
    'organization token delete cgone --force --organization-id ctypo',
    'organization token delete --name ci --force --organization-id ctypo',
    'organization token delete --force --organization-id corg --token-file FILE',
  ]) {
    it(`is NOT_FOUND if the organization may be mistyped, because it must not be listed: ${words}`, async () => {
      const result = await run(words, {...gone, organizations: refuse(403)})
      expect(result).to.include({exitCode: 6, stdout: ''})
    })
  }

  it('is NOT_FOUND if the workspace may be mistyped, because it must not be listed', async () => {
    for (const words of ['cgone', '--name ci']) {
      const line = `workspace token delete ${words} --force --workspace-id cwsp`
      expect(await run(line, gone), line).to.include({exitCode: 0})
      expect(await run(line, {...gone, workspaces: refuse(403)}), line).to.include({exitCode: 6, stdout: ''})
    }
  })

  for (const [title, step] of [
    ['{"message"}', answer(404, {message: 'Not Found'})],
    ['{"message", "requestId"}', answer(404, {message: 'Not Found', requestId: 'r'}, {'X-Request-Id': 'r'})],
    ['HTML', answerText(404, '<html>')],
  ] as const) {
    it(`is CONFIG for the 404 of a gateway, which is not the vendor's: ${title}`, async () => {
      const words = `${DELETE} ctok`
      for (const changes of [{get: step}, {delete: step}, {get: answer(200, wide), deployments: step}]) {
        expect(await run(words, changes)).to.include({exitCode: 3, stdout: ''})
      }
      expect(await run(`${DELETE} --name none`, {list: step})).to.include({exitCode: 3, stdout: ''})
      expect(await run(`${DELETE} --token-file FILE`, {get: step})).to.include({exitCode: 3, stdout: ''})
    })
  }

  it('does not go on after the 403 of a gateway, which proves nothing about the token', async () => {
    const words = `${DELETE} cgone --organization-id corg --deployment-id cdep`
    for (const step of [answer(403, {message: 'Forbidden'}, {'X-Request-Id': 'r'}), answerText(403, '<html>')]) {
      for (const route of ['organizations', 'deployments'] as const) {
        const result = await run(words, {...gone, [route]: step})
        expect(result, route).to.include({exitCode: 5, stdout: ''})
        expect(result.calls.at(-1)).to.equal(route)
      }
    }
  })

  for (const words of [`${DELETE} --name ci`, `${DELETE} --agent --name ci`, `${REMOVE} -n ops`]) {
    it(`is NOT_FOUND if the list changed while the name was looked up: ${words}`, async () => {
      const list = [2, 3, 4, 5].map((count) => page('tokens', [{...TOKEN, name: 'other'}].slice(count % 2), count))
      const result = await run(words, {list})
      expect(result).to.include({exitCode: 6, stdout: ''})
      expect(result.stderr).to.contain('changed while it was read')
    })
  }
})
