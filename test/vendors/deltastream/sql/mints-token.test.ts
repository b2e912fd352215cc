import {expect} from 'chai'
import {mintsToken} from '../../../../src/vendors/deltastream/sql/mints-token.ts'

describe('mintsToken', () => {
  const minting = [
    "CREATE API_TOKEN a WITH ('token.role_name' = b);",
    'alter api_token "a" renew token',
    ' \n-- LIST ROLES;\n/* a */Create\t/* b */ -- c\r\n Api_Token',
    'CREATE/**/API_TOKEN',
    'CREATE API_TOKEN"a"',
    'CREATE API_TOKEN(',
    'CREATE API_TOKEN anything that no grammar has',
    ';; ALTER API_TOKEN a RENEW TOKEN',
    '\ufeffCREATE\u00a0API_TOKEN a',
  ]
  for (const text of minting) it(`is true for ${JSON.stringify(text)}`, () => expect(mintsToken(text)).to.equal(true))

  const others = [
    '',
    'CREATE',
    'API_TOKEN',
    'LIST API_TOKENS',
    'DROP API_TOKEN a',
    'CREATE API_TOKENS a',
    'CREATE ROLE api_token',
    'CREATE STREAM a; CREATE API_TOKEN b',
    'RECREATE API_TOKEN a',
    '"CREATE" API_TOKEN a',
    "'CREATE API_TOKEN a'",
    'CREATE "API_TOKEN" a',
    'CREATE(API_TOKEN',
    'CREATE.API_TOKEN',
    'CREATE - API_TOKEN',
    '-- CREATE API_TOKEN a',
    '/* CREATE API_TOKEN a',
    'SELECT 1 -- CREATE API_TOKEN',
  ]
  for (const text of others) it(`is false for ${JSON.stringify(text)}`, () => expect(mintsToken(text)).to.equal(false))
})
