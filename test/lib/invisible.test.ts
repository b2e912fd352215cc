import {expect} from 'chai'
import {isBlank} from '../../src/lib/invisible.ts'

const LAST_CODE_POINT = 0x10ffff

describe('a blank text', () => {
  it('has only white space and ignorable characters, as Unicode defines them', () => {
    const unseen = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]$/u
    const missed: string[] = []
    for (let code = 0; code <= LAST_CODE_POINT; code++) {
      const character = String.fromCodePoint(code)
      if (unseen.test(character) && !isBlank(character)) missed.push(code.toString(16))
    }
    expect(missed).to.deep.equal([])
  })

  for (const text of ['', ' ', '\u200b', '\u202e', '\u2800', '\u3164', '\ufeff', ' \u200b\t\u2060\u{e0041}\u3000']) {
    it(`is ${JSON.stringify(text)}`, () => {
      expect(isBlank(text)).to.equal(true)
    })
  }

  for (const text of [
    'a',
    ' a',
    '\u200ba',
    '.',
    '-',
    '0',
    'é',
    '🔑',
    '👩‍🚀',
    '❤️',
    'می‌خواهم',
    '\u0301',
    '\ue000',
    '\ufffd',
    '\u0001\u007f',
  ]) {
    it(`is not ${text}`, () => {
      expect(isBlank(text)).to.equal(false)
    })
  }

  it('has no letter, mark, number, punctuation or symbol, except the fillers of Unicode', () => {
    const visible = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Co}]$/u
    const fillers = /^[\p{Default_Ignorable_Code_Point}\u2800]$/u
    const wrong: string[] = []
    for (let code = 0; code <= LAST_CODE_POINT; code++) {
      const character = String.fromCodePoint(code)
      if (visible.test(character) && !fillers.test(character) && isBlank(character)) wrong.push(code.toString(16))
    }
    expect(wrong).to.deep.equal([])
  })
})
