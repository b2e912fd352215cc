import {expect} from 'chai'
import {findOwnershipFlaw, isPrivate, type OwnershipFlaw} from '../../src/files/ownership.ts'

const ADA = 1000
const BOB = 1001
const ROOT = 0

describe('what only its owner and root may change', () => {
  const cases: [owner: number, mode: number, user: number, flaw: OwnershipFlaw | null][] = [
    [ADA, 0o700, ADA, null],
    [ADA, 0o755, ADA, null],
    [ADA, 0o644, ADA, null],
    [ROOT, 0o755, ADA, null],
    [ROOT, 0o700, ROOT, null],
    [BOB, 0o700, ADA, 'foreign'],
    [BOB, 0o777, ADA, 'foreign'],
    [ADA, 0o700, ROOT, 'foreign'],
    [ADA, 0o775, ADA, 'open'],
    [ADA, 0o757, ADA, 'open'],
    [ADA, 0o602, ADA, 'open'],
    [ADA, 0o620, ADA, 'open'],
    [ROOT, 0o775, ADA, 'open'],
    [ROOT, 0o1777, ROOT, 'open'],
  ]
  for (const [uid, mode, user, flaw] of cases) {
    it(`of user ${uid} with mode ${mode.toString(8)} is ${flaw ?? 'trusted'} for user ${user}`, () => {
      expect(findOwnershipFlaw({uid, mode}, user)).to.equal(flaw)
      // stat returns the mode with the type of the file.
      expect(findOwnershipFlaw({uid, mode: 0o100000 | mode}, user)).to.equal(flaw)
    })
  }

  it('is not checked on a system where files have no owner', () => {
    expect(findOwnershipFlaw({uid: BOB, mode: 0o777}, null)).to.equal(null)
    expect(isPrivate({uid: BOB, mode: 0o777}, null)).to.equal(true)
  })

  it('is private only if others have no rights, and the owner is the user, not root', () => {
    for (const mode of [0o700, 0o600, 0o400]) expect(isPrivate({uid: ADA, mode}, ADA), mode.toString(8)).to.equal(true)
    for (const mode of [0o755, 0o640, 0o604, 0o610, 0o601, 0o777]) {
      expect(isPrivate({uid: ADA, mode}, ADA), mode.toString(8)).to.equal(false)
    }
    expect(isPrivate({uid: ROOT, mode: 0o700}, ADA)).to.equal(false)
    expect(isPrivate({uid: BOB, mode: 0o700}, ADA)).to.equal(false)
  })
})
