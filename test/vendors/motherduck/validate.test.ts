import {expect} from 'chai'
import {
  checkUsername,
  parseCreateTokenBody,
  parseCreateUserBody,
  parseDucklingsBody,
} from '../../../src/vendors/motherduck/validate.ts'
import {expectFailure} from '../../support/rejection.ts'

const DUCK = '🦆'

/** Expect INVALID; return the wrong fields. */
async function refuse(work: () => unknown): Promise<string[]> {
  const {details, message} = await expectFailure((async () => work())(), 'INVALID')
  const errors = details.fieldErrors ?? []
  for (const {field, message: words} of errors) {
    if (field !== 'body') expect(words).to.match(new RegExp(`^${field.replaceAll('.', '\\.')} `))
    expect(message).to.contain(words)
  }
  return errors.map(({field, code}) => `${field} ${code}`)
}

describe('a body that creates a MotherDuck token', () => {
  it('keeps the fields of the API, and ignores others', () => {
    const body = {name: 'ci', ttl: 300, token_type: 'read_scaling', description: 'deploys'}
    expect(parseCreateTokenBody({...body, other: 1})).to.deep.equal(body)
    expect(parseCreateTokenBody({name: 'ci'})).to.deep.equal({name: 'ci'})
  })

  it('may have a ttl of null and an empty description, which count as absent', () => {
    expect(parseCreateTokenBody({ttl: null, name: 'n', token_type: 'read_write'})).to.deep.equal({
      name: 'n',
      token_type: 'read_write',
    })
    for (const description of ['', null]) {
      expect(parseCreateTokenBody({name: 'n', description})).to.deep.equal({name: 'n'})
    }
  })

  for (const ttl of [300, 301, 31_535_999, 31_536_000]) {
    it(`may have a ttl of ${ttl}`, () => {
      expect(parseCreateTokenBody({name: 'n', ttl})).to.deep.equal({name: 'n', ttl})
    })
  }

  for (const [ttl, code] of [
    [0, 'range'],
    [-1, 'range'],
    [299, 'range'],
    [31_536_001, 'range'],
    [300.5, 'range'],
    [Number.NaN, 'range'],
    ['3600', 'type'],
    [true, 'type'],
    [[], 'type'],
    [{}, 'type'],
  ] as const) {
    it(`must not have a ttl of ${JSON.stringify(ttl)}`, async () => {
      expect(await refuse(() => parseCreateTokenBody({name: 'n', ttl}))).to.deep.equal([`ttl ${code}`])
    })
  }

  for (const name of [
    'x',
    ' x ',
    'x'.repeat(255),
    DUCK.repeat(255),
    'motherduck flights',
    'MotherDuck Flights ',
    'a\tb',
  ]) {
    it(`may have the name ${JSON.stringify(name.slice(0, 20))}`, () => {
      expect(parseCreateTokenBody({name}).name).to.equal(name)
    })
  }

  for (const [name, ...codes] of [
    [undefined, 'required'],
    [null, 'type'],
    [5, 'type'],
    [['a', 'b'], 'type'],
    ['', 'length'],
    ['x'.repeat(256), 'length'],
    [DUCK.repeat(256), 'length'],
    [' ', 'blank'],
    ['\u200b\u3000', 'blank'],
    ['a\0', 'characters'],
    ['a\ud800', 'characters'],
    ['MotherDuck Extension', 'reserved'],
    ['MotherDuck Flights', 'reserved'],
  ] as const) {
    it(`must not have the name ${JSON.stringify(name)?.slice(0, 20)}`, async () => {
      const errors = await refuse(() => parseCreateTokenBody({name}))
      expect(errors).to.deep.equal(codes.map((code) => `name ${code}`))
    })
  }

  for (const type of ['', 'READ_WRITE', 'read_only', null, 1]) {
    it(`must not have the type ${JSON.stringify(type)}`, async () => {
      expect(await refuse(() => parseCreateTokenBody({name: 'n', token_type: type}))).to.deep.equal([
        'token_type oneof',
      ])
    })
  }

  for (const [description, code] of [
    [' ', 'blank'],
    ['x'.repeat(1001), 'length'],
    ['a\0', 'characters'],
    [5, 'type'],
  ] as const) {
    it(`must not have the description ${JSON.stringify(description).slice(0, 10)}`, async () => {
      const errors = await refuse(() => parseCreateTokenBody({name: 'n', description}))
      expect(errors).to.deep.equal([`description ${code}`])
    })
  }

  it('may have a description of 1000 characters', () => {
    const description = DUCK.repeat(1000)
    expect(parseCreateTokenBody({name: 'n', description}).description).to.equal(description)
  })

  it('is refused with every wrong field', async () => {
    const body = {ttl: 'x', token_type: 'x', description: 1}
    expect(await refuse(() => parseCreateTokenBody(body))).to.deep.equal([
      'name required',
      'ttl type',
      'token_type oneof',
      'description type',
    ])
  })

  for (const body of [null, undefined, [], 'x', 5]) {
    it(`must be an object, not ${JSON.stringify(body)}`, async () => {
      expect(await refuse(() => parseCreateTokenBody(body))).to.deep.equal(['body type'])
    })
  }
})

describe('a body that creates a MotherDuck user', () => {
  for (const username of ['abc', 'Ünï_1', 'ab٣', 'x'.repeat(255)]) {
    it(`may have the name ${username.slice(0, 10)}`, () => {
      expect(parseCreateUserBody({username, role: 'admin'})).to.deep.equal({username})
    })
  }

  for (const [username, ...codes] of [
    [undefined, 'required'],
    [5, 'type'],
    ['', 'length'],
    ['ab', 'length'],
    ['x'.repeat(256), 'length'],
    ['_ab', 'characters'],
    ['1ab', 'characters'],
    ['a b', 'characters'],
    ['a-b', 'characters'],
    ['ab\n', 'characters'],
    ['..', 'length', 'characters'],
  ] as const) {
    it(`must not have the name ${JSON.stringify(username)?.slice(0, 10)}`, async () => {
      const errors = await refuse(() => parseCreateUserBody({username}))
      expect(errors).to.deep.equal(codes.map((code) => `username ${code}`))
    })
  }
})

describe('a user in the path of a request to MotherDuck', () => {
  it('may be any text of 255 characters that is one segment', () => {
    for (const name of ['a', 'a/b', '...', 'a\\..', DUCK.repeat(255)]) checkUsername(name)
  })

  it('must not be a part of a path, nor longer', async () => {
    for (const name of ['', '.', '..', '\0']) {
      expect(await refuse(() => checkUsername(name))).to.deep.equal(['username path'])
    }
    expect(await refuse(() => checkUsername('x'.repeat(256)))).to.deep.equal(['username length'])
  })
})

describe('a body with ducklings', () => {
  const CONFIG = {
    read_write: {instance_size: 'standard', cooldown_seconds: 60},
    read_scaling: {instance_size: 'pulse', flock_size: 0},
  }
  const withWrite = (change: object) => ({config: {...CONFIG, read_write: {...CONFIG.read_write, ...change}}})
  const withScaling = (change: object) => ({config: {...CONFIG, read_scaling: {...CONFIG.read_scaling, ...change}}})

  it('keeps the fields of the API, and ignores others', () => {
    expect(parseDucklingsBody({config: CONFIG, other: 1})).to.deep.equal(CONFIG)
    const {config} = withScaling({instance_size: 'giga', flock_size: 64, cooldown_seconds: 86_400})
    expect(parseDucklingsBody({config})).to.deep.equal(config)
    expect(parseDucklingsBody(withWrite({cooldown_seconds: null, more: 1}))).to.deep.equal({
      ...CONFIG,
      read_write: {instance_size: 'standard'},
    })
  })

  for (const [title, body, ...errors] of [
    ['nothing', {}, 'config required'],
    ['a list', {config: []}, 'config type'],
    [
      'what the R package sends',
      {config: {token_type_vec: {instance_size: 'pulse'}}},
      'read_write required',
      'read_scaling required',
    ],
    ['parts that are no objects', {config: {read_write: 1, read_scaling: []}}, 'read_write type', 'read_scaling type'],
    [
      'empty parts',
      {config: {read_write: {}, read_scaling: {}}},
      'read_write.instance_size required',
      'read_scaling.instance_size required',
      'read_scaling.flock_size required',
    ],
    ['another size', withWrite({instance_size: 'Pulse'}), 'read_write.instance_size oneof'],
    ['a short cooldown', withWrite({cooldown_seconds: 59}), 'read_write.cooldown_seconds range'],
    ['a long cooldown', withWrite({cooldown_seconds: 86_401}), 'read_write.cooldown_seconds range'],
    ['half a second', withWrite({cooldown_seconds: 60.5}), 'read_write.cooldown_seconds range'],
    ['a text as cooldown', withWrite({cooldown_seconds: '60'}), 'read_write.cooldown_seconds type'],
    ['a cooldown of a pulse', withScaling({cooldown_seconds: 60}), 'read_scaling.cooldown_seconds pulse'],
    ['a negative flock', withScaling({flock_size: -1}), 'read_scaling.flock_size range'],
    ['a large flock', withScaling({flock_size: 65}), 'read_scaling.flock_size range'],
    ['half a duckling', withScaling({flock_size: 2.5}), 'read_scaling.flock_size range'],
    ['a text as flock', withScaling({flock_size: '4'}), 'read_scaling.flock_size type'],
  ] as [string, unknown, ...string[]][]) {
    it(`is refused with ${title}`, async () => {
      expect(await refuse(() => parseDucklingsBody(body))).to.deep.equal(errors)
    })
  }
})
