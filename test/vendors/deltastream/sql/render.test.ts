import {expect} from 'chai'
import {AppError} from '../../../../src/errors/app-error.ts'
import {checkName, quoteName, quoteRole} from '../../../../src/vendors/deltastream/sql/quote.ts'
import {
  LIST_ORGANIZATIONS,
  LIST_ROLES,
  LIST_TOKENS,
  renderCreateRole,
  renderCreateToken,
  renderDropRole,
  renderDropToken,
  renderRenewToken,
  renderUseRole,
} from '../../../../src/vendors/deltastream/sql/render.ts'

const RESERVED =
  'all alter and any as by case create default delete describe drop else end exists false from grant group if in insert into is join like limit list not null on or order renew revoke role select set show table then token true union update use user using values when where with'

describe('statements', () => {
  it('are rendered as documented, with every name in double quotes', () => {
    expect([
      renderCreateToken({name: 'ci', role: 'sysadmin'}),
      renderCreateToken({name: 'a"b', role: 'My Role', expiresInDays: 30}),
      renderRenewToken('CI'),
      renderDropToken('ci; --'),
      renderCreateRole('loader'),
      renderDropRole('a`b'),
      renderUseRole("it's"),
      LIST_TOKENS,
      LIST_ROLES,
      LIST_ORGANIZATIONS,
    ]).to.deep.equal([
      `CREATE API_TOKEN "ci" WITH ('token.role_name' = sysadmin);`,
      `CREATE API_TOKEN "a""b" WITH ('token.role_name' = "My Role", 'token.expires_in_days' = 30);`,
      'ALTER API_TOKEN "CI" RENEW TOKEN;',
      'DROP API_TOKEN "ci; --";',
      'CREATE ROLE "loader";',
      'DROP ROLE "a`b";',
      'USE ROLE "it\'s";',
      'LIST API_TOKENS;',
      'LIST ROLES;',
      'LIST ORGANIZATIONS;',
    ])
  })

  it('have a whole number of days from 1 to 3650', () => {
    const render = (expiresInDays: number) => renderCreateToken({name: 'ci', role: 'sysadmin', expiresInDays})
    for (const days of [1, 90, 3650]) expect(render(days)).to.contain(`'token.expires_in_days' = ${days})`)
    for (const days of [0, -1, 3651, 1.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY]) {
      expectInvalid(() => render(days), 'expiresInDays', 'range')
    }
  })

  it('refuse each name that cannot be sent', () => {
    const renders: [field: string, render: (text: string) => string][] = [
      ['name', (name) => renderCreateToken({name, role: 'sysadmin'})],
      ['role', (role) => renderCreateToken({name: 'ci', role})],
      ['name', renderRenewToken],
      ['name', renderDropToken],
      ['role', renderCreateRole],
      ['role', renderDropRole],
      ['role', renderUseRole],
    ]
    for (const [field, render] of renders) {
      expectInvalid(() => render(''), field, 'length')
      expectInvalid(() => render('a\n'), field, 'characters')
    }
  })
})

describe('checkName', () => {
  it('allows 1 to 255 code points of every other kind', () => {
    for (const name of ['a', ' ', '"', "'; DROP ROLE x; --", '🙂'.repeat(255), '\u0085', '\u2028', '\u202e']) {
      expect(() => checkName('name', name), JSON.stringify(name)).to.not.throw()
    }
  })

  it('refuses an empty name, and one that is too long', () => {
    for (const name of ['', 'a'.repeat(256), '🙂'.repeat(256), 'a'.repeat(100_000)]) {
      expectInvalid(() => checkName('name', name), 'name', 'length')
    }
  })

  it('refuses every control character, and half a surrogate pair', () => {
    const controls = [...Array(32).keys(), 127].map((code) => `a${String.fromCharCode(code)}b`)
    for (const name of [...controls, '\ud800', 'a\udc00', '\udc00\ud800']) {
      expectInvalid(() => checkName('role', name), 'role', 'characters')
    }
  })

  it('repeats nothing of the name', () => {
    expect(() => checkName('name', 'secret\0'))
      .to.throw(AppError)
      .with.property('message')
      .not.contain('secret')
  })
})

describe('quoting', () => {
  it('doubles double quotes', () => {
    expect([quoteName('a'), quoteName('"'), quoteName("`'\\"), quoteName('a""b')]).to.deep.equal([
      '"a"',
      '""""',
      '"`\'\\"',
      '"a""""b"',
    ])
  })

  it('leaves a role as it is if it is a lower-case word', () => {
    for (const role of ['sysadmin', '_', 'a1_', 'roles', 'tokens']) expect(quoteRole(role)).to.equal(role)
    for (const role of ['Sysadmin', '1a', 'a b', 'a-b', 'é', 'a\n', '']) expect(quoteRole(role)).to.equal(`"${role}"`)
  })

  it('quotes a role that is a reserved word', () => {
    for (const word of RESERVED.split(' ')) expect(quoteRole(word)).to.equal(`"${word}"`)
  })
})

function expectInvalid(act: () => unknown, field: string, code: string) {
  expect(act)
    .to.throw(AppError, field)
    .and.satisfy(({code: errorCode, details}: AppError) => {
      const [found] = details.fieldErrors ?? []
      return errorCode === 'INVALID' && found?.field === field && found.code === code && details.hint !== undefined
    })
}
