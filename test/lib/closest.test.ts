import {expect} from 'chai'
import {findClosest, findOnlySimilar} from '../../src/lib/closest.ts'

const verbs = ['list', 'create', 'update', 'rotate', 'delete']

describe('findClosest', () => {
  for (const [word, candidates, expected] of [
    ['craete', verbs, 'create'],
    ['crate', verbs, 'create'],
    ['creaate', verbs, 'create'],
    ['xreate', verbs, 'create'],
    ['lsit', verbs, 'list'],
    ['CREATE', verbs, 'create'],
    ['clean_output', ['clean-output', 'context'], 'clean-output'],
    ['ad', ['add', 'update'], 'add'],
  ] as const) {
    it(`finds ${expected} for ${word}`, () => {
      expect(findClosest(word, candidates)).to.equal(expected)
    })
  }

  it('prefers the candidate with fewer typos, and then the first one', () => {
    expect(findClosest('rolex', ['roles', 'role'])).to.equal('roles')
    expect(findClosest('bole', ['role', 'hole'])).to.equal('role')
  })

  it('completes a word if only one candidate begins with it', () => {
    expect(findClosest('clean', ['clean-output', 'name'])).to.equal('clean-output')
    expect(findClosest('deployment', ['deployment-id', 'description'])).to.equal('deployment-id')
    expect(findClosest('j', ['json', 'name', 'no-input'])).to.equal('json')
    expect(findClosest('n', ['json', 'name', 'no-input'])).to.equal(undefined)
  })

  it('finds nothing if no candidate is close', () => {
    for (const word of ['', 'x', 'zzz', 'frobnicate', '-', '🔑'])
      expect(findClosest(word, verbs), word).to.equal(undefined)
    expect(findClosest('create', [])).to.equal(undefined)
    expect(findClosest('xy', ['up'])).to.equal(undefined)
  })

  it('does not compare a huge word letter by letter', () => {
    expect(findClosest('create'.repeat(1_000_000), verbs)).to.equal(undefined)
  })
})

describe('findOnlySimilar', () => {
  for (const [word, candidates, expected] of [
    ['expiry', ['expiration', 'name'], 'expiration'],
    ['EXPIRES', ['expiration', 'name'], 'expiration'],
    ['expiry', ['expiration', 'expiring-within'], undefined],
    ['expo', ['expiration'], undefined],
    ['dploy', ['deployment', 'organization'], 'deployment'],
    ['deplyo', ['deployment', 'organization'], 'deployment'],
    ['ploy', ['deployment'], undefined],
    ['doloy', ['deployment'], undefined],
    ['serv', ['service', 'role'], 'service'],
    ['', ['name'], undefined],
    ['frobnicate', ['format', 'force'], undefined],
  ] as const) {
    it(`finds ${expected} for ${word} among ${candidates}`, () => {
      expect(findOnlySimilar(word, candidates)).to.equal(expected)
    })
  }

  it('does not compare a huge word letter by letter', () => {
    expect(findOnlySimilar('dploy'.repeat(1_000_000), ['deployment'])).to.equal(undefined)
  })
})
