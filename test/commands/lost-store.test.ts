import {rmSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {TokenService} from '../../src/service/token-service.ts'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'

/** Return a wrapper that removes the store file just before `method` is called. */
function losing(method: 'issue' | 'beginRotation' | 'delete' | 'update', file: string) {
  return (real: TokenService): TokenService => ({
    ...real,
    [method]: (...args: never[]) => {
      rmSync(file, {force: true})
      return Reflect.apply(real[method], real, args)
    },
  })
}

describe('a command whose store is removed while it runs', () => {
  let astro: AstroHome
  let file: string
  let id: string
  beforeEach(async () => {
    astro = await openAstroHome()
    file = join(astro.home, 'data', 'tokenry.db')
    id = (await astro.make('deployment', 'ci')).id
  })

  for (const [method, words] of [
    ['issue', () => 'deployment token create -n new -r DEPLOYMENT_ADMIN -e 30 --clean-output'],
    ['beginRotation', () => `deployment token rotate ${id} --force --clean-output`],
    ['update', () => `deployment token update ${id} --new-name new`],
    ['delete', () => `deployment token delete ${id} --force`],
  ] as const) {
    it(`exits 3 at ${method}, prints no secret and says what happened`, async () => {
      const run = await astro.run(words(), {fakeService: losing(method, file)})
      expect(run, run.stderr).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.contain('tokenry.db was removed').and.to.contain('ls -la')
      expect(run.stderr).to.not.match(/[\w-]{30,}\.[\w-]{30,}\./)
    })
  }
})
