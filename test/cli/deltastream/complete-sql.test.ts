import {expect} from 'chai'
import {createSqlCompleter} from '../../../src/cli/deltastream/complete-sql.ts'

describe('the completion of SQL', () => {
  const complete = (text: string, {names = ['ci', 'ci_prod', 'My Token', 'deploy'], before = ''} = {}) =>
    createSqlCompleter({listTokenNames: async () => names, before: () => before})(text)

  for (const [text, candidates] of [
    ['LIS', ['LIST ']],
    ['lis', ['list ']],
    ['LIST API', ['API_TOKEN ', 'API_TOKENS ']],
    ["CREATE API_TOKEN ci WITH ('token.r", ["'token.role_name' "]],
    ['alter api_token c', ['ci ', 'ci_prod ']],
    ['ALTER API_TOKEN "', ['"ci" ', '"ci_prod" ', '"My Token" ', '"deploy" ']],
    ['DROP  API_TOKEN "My T', ['"My Token" ']],
    ['DROP API_TOKEN ', ['ci ', 'ci_prod ', '"My Token" ', 'deploy ']],
    ['ALTER API_TOKEN ci REN', ['RENEW ']],
    ['CREATE API_TOKEN c', []],
    ['', []],
    ['LIST ', []],
    ['xyz', []],
  ] as const) {
    it(`offers ${candidates.join('| ') || 'nothing'} for ${text || 'an empty line'}`, async () => {
      const [found, replaced] = await complete(text)
      expect(found).to.deep.equal(candidates)
      expect(text.endsWith(replaced)).to.equal(true)
    })
  }

  it('reads the lines above of the same statement', async () => {
    expect((await complete('dep', {before: 'DROP API_TOKEN\n'}))[0]).to.deep.equal(['deploy '])
  })

  it('offers no name that holds characters which the terminal would obey', async () => {
    expect((await complete('DROP API_TOKEN "', {names: ['a\x1b[2Jb', 'a\u202eb', 'ci']}))[0]).to.deep.equal(['"ci" '])
  })
})
