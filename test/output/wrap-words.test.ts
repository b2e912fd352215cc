import {expect} from 'chai'
import fc from 'fast-check'
import {readWindowWidth} from '../../src/output/window-width.ts'
import {wrapWords} from '../../src/output/wrap-words.ts'

describe('wrapWords', () => {
  it('breaks between words, with an indent after the first line', () => {
    expect(wrapWords('one two three four', 9)).to.equal('one two\nthree\nfour')
    expect(wrapWords('  name   a long description', 16, '         ')).to.equal('  name   a long\n         description')
  })

  it('leaves a line that fits, and a word that does not', () => {
    expect(wrapWords('one two', 7)).to.equal('one two')
    expect(wrapWords('a-very-long-word-indeed b', 10)).to.equal('a-very-long-word-indeed\nb')
  })

  it('folds a command so that a shell reads the same words', () => {
    const hint = 'List them with: tokenry deployment token list --deployment-id clm8q7f6q000008lcgyougpsk'
    expect(wrapWords(hint, 40)).to.equal(
      'List them with:\ntokenry deployment token list \\\n    --deployment-id clm8q7f6q000008lcgyougpsk',
    )
  })

  it('puts each of several commands on a line of its own', () => {
    const hint = 'Did you mean: tokenry deployment token list, tokenry workspace token list?'
    expect(wrapWords(hint, 40)).to.equal('Did you mean:\ntokenry deployment token list\ntokenry workspace token list?')
  })

  it('counts the columns of the terminal, not the characters: CJK, emoji, combining marks', () => {
    expect(wrapWords('漢字漢字 漢字漢字 漢字', 10)).to.equal('漢字漢字\n漢字漢字\n漢字')
    expect(wrapWords('漢字漢字 漢字漢字 漢字', 17)).to.equal('漢字漢字 漢字漢字\n漢字')
    expect(wrapWords('ｆｕｌｌ 한국 ab', 13)).to.equal('ｆｕｌｌ 한국\nab')
    expect(wrapWords('😀😀 😀😀 ab', 9)).to.equal('😀😀 😀😀\nab')
    expect(wrapWords(`${'e\u0301'.repeat(4)} ${'e\u0301'.repeat(4)} ab`, 9)).to.equal(
      `${'e\u0301'.repeat(4)} ${'e\u0301'.repeat(4)}\nab`,
    )
    const hint = 'See: tokenry deltastream token get 漢字漢字漢字 --context 漢字漢字'
    expect(wrapWords(hint, 58)).to.equal('See:\ntokenry deltastream token get 漢字漢字漢字 \\\n    --context 漢字漢字')
  })

  it('keeps every word, and makes no line wider than the widest word needs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), {minLength: 1}),
        fc.integer({min: 12, max: 80}),
        (words, width) => {
          const lines = wrapWords(words.join(' '), width).split('\n')
          expect(lines.join(' ')).to.equal(words.join(' '))
          for (const line of lines) expect(line.length).to.be.at.most(width)
        },
      ),
    )
  })
})

describe('readWindowWidth', () => {
  it('takes COLUMNS, then the terminal, then 80', () => {
    expect(readWindowWidth({columns: 100}, {COLUMNS: '40'})).to.equal(40)
    expect(readWindowWidth({columns: 100}, {})).to.equal(100)
    expect(readWindowWidth({}, {})).to.equal(80)
    expect(readWindowWidth({columns: 0}, {})).to.equal(80)
  })

  it('ignores a COLUMNS that cannot be meant', () => {
    for (const COLUMNS of ['', '0', '9', '-40', 'wide', '4e1', '123456']) {
      expect(readWindowWidth({columns: 100}, {COLUMNS})).to.equal(100)
    }
  })
})
