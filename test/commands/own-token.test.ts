import {expect} from 'chai'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'
import {DAMAGES, makeForeignToken, SURROUNDINGS} from '../support/token-surroundings.ts'

const NO_TOKEN: Record<string, (token: string) => string> = {
  ...DAMAGES,
  nothing: () => '',
  'white space alone': () => ' \ufeff\r\n',
}

const SCOPES = ['deployment', 'workspace', 'organization'] satisfies Scope[]

describe('the guard of the token that the caller is signed in with', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  const signedInWith = (value: string) => ({env: {ASTRO_API_TOKEN: value, TOKENRY_CONTEXT: 'embedded'}})

  for (const [name, surround] of Object.entries(SURROUNDINGS)) {
    it(`recognises the token in ASTRO_API_TOKEN with ${name}: delete needs --self, rotate warns`, async () => {
      const {id, token} = await astro.make('workspace', 'own')
      const options = signedInWith(surround(token))
      await astro.refused('workspace token delete -t own -f', {exitCode: 2, words: [id, '--self']}, options)
      const rotated = await astro.run('workspace token rotate -t own -f --json', options)
      expect(rotated.exitCode).to.equal(0)
      expect(JSON.parse(rotated.stdout).warnings.join()).to.contain('put its new secret into ASTRO_API_TOKEN')
    })
  }

  for (const scope of SCOPES) {
    for (const [name, damage] of Object.entries(NO_TOKEN)) {
      it(`refuses to delete and to rotate if ASTRO_API_TOKEN has ${name}: ${scope}`, async () => {
        const {token} = await astro.make(scope, 'own')
        const options = signedInWith(damage(token))
        const closed = {exitCode: 3, words: ['ASTRO_API_TOKEN', 'is a CI secret', 'unset']}
        for (const verb of ['delete', 'rotate']) {
          const {stderr} = await astro.refused(`${scope} token ${verb} -t own -f`, closed, options)
          expect(stderr).to.not.contain(token.slice(60, 90))
          await astro.refused(`${scope} token ${verb} -t own --dry-run`, closed, options)
        }
      })
    }
  }

  it('refuses before it asks any question except which token', async () => {
    await astro.make('workspace', 'own')
    const options = {...signedInWith('changeme'), tty: true}
    for (const verb of ['delete', 'rotate']) {
      await astro.refused(`workspace token ${verb} -t own`, {exitCode: 3, words: ['ASTRO_API_TOKEN']}, options)
    }
  })

  it('refuses for an agent token as well', async () => {
    await astro.json('deployment token create --agent -n bot -e 1')
    const line = 'deployment token delete --agent -t bot -f'
    await astro.refused(line, {exitCode: 3, words: ['ASTRO_API_TOKEN']}, signedInWith('"x"'))
  })

  it('is skipped with --self, even if ASTRO_API_TOKEN is malformed', async () => {
    const {token} = await astro.make('workspace', 'own')
    const done = await astro.run('workspace token delete -t own -f --self', signedInWith(`"${token}"`))
    expect(done).to.include({exitCode: 0})
    expect(await astro.valid(token)).to.equal(false)
  })

  it('allows changes of every other token, also if ASTRO_API_TOKEN has a JWT of another issuer', async () => {
    const {token} = await astro.make('workspace', 'own')
    const foreign = await makeForeignToken()
    for (const value of [token, ` ${token}\n`, foreign, `\ufeff${foreign} `]) {
      await astro.make('workspace', 'other')
      expect(await astro.run('workspace token rotate -t other -f -c', signedInWith(value))).to.include({exitCode: 0})
      expect(await astro.run('workspace token delete -t other -f', signedInWith(value))).to.include({exitCode: 0})
    }
  })

  it('does not prevent list, create and update, which end no token', async () => {
    await astro.make('workspace', 'ci')
    for (const line of ['list', 'create -n new -r WORKSPACE_MEMBER -e 1', 'update -t ci -d text']) {
      expect(await astro.run(`workspace token ${line}`, signedInWith('"x"')), line).to.include({exitCode: 0})
    }
  })
})
