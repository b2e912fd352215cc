import {expect} from 'chai'
import fc from 'fast-check'
import {escapeControl} from '../../src/output/escape.ts'

describe('escapeControl', () => {
  const escaped: [string, string, string][] = [
    ['newline, return and tab', 'a\n\r\tb', 'a\\n\\r\\tb'],
    ['other C0 characters and DEL', '\0\x07\x08\x1f\x7f', '\\x00\\x07\\x08\\x1f\\x7f'],
    ['C1 characters', '\x80\x85\x9b31m\x9f', '\\x80\\x85\\x9b31m\\x9f'],
    ['an ANSI colour', '\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['an OSC title and link', '\x1b]0;x\x07\x1b]8;;http://a\x1b\\', '\\x1b]0;x\\x07\\x1b]8;;http://a\\x1b\\'],
    ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
    ['bidi embeddings and overrides', '\u202a\u202b\u202c\u202d\u202e', '\\u202a\\u202b\\u202c\\u202d\\u202e'],
    [
      'bidi isolates and marks',
      '\u2066\u2067\u2068\u2069\u200e\u200f\u061c',
      '\\u2066\\u2067\\u2068\\u2069\\u200e\\u200f\\u061c',
    ],
    [
      'zero-width characters',
      'ad\u200bm\u200ci\u200dn\u2060\ufeff\xad',
      'ad\\u200bm\\u200ci\\u200dn\\u2060\\ufeff\\xad',
    ],
    ['invisible fillers', '\u115f\u1160\u3164\uffa0', '\\u115f\\u1160\\u3164\\uffa0'],
    ['tags that carry hidden text', 'a\u{e0041}\u{e007f}', 'a\\u{e0041}\\u{e007f}'],
    ['variation selectors on plain text', 'a\ufe0f1\ufe0f', 'a\\ufe0f1\\ufe0f'],
    ['variation selectors that carry hidden text', '\u263a\ufe0f\ufe01\u{e0100}', '\u263a\ufe0f\\ufe01\\u{e0100}'],
    ['interlinear annotation', '\ufff9\ufffa\ufffb', '\\ufff9\\ufffa\\ufffb'],
    ['lone surrogates', '\ud800a\udfff\udc00\ud801', '\\ud800a\\udfff\\udc00\\ud801'],
    ['a joiner at the edge of an emoji', '\u200d\u{1f469}\u200d', '\\u200d\u{1f469}\\u200d'],
  ]
  for (const [what, text, shown] of escaped) {
    it(`escapes ${what}`, () => {
      expect(escapeControl(text)).to.equal(shown)
    })
  }

  const untouched: [string, string][] = [
    ['printable ASCII, and a backslash', ' !"#azAZ09~\\n'],
    ['letters with accents, composed or not', 'Zo\u00eb Zoe\u0308 \u0141\u00f3d\u017a \u00df'],
    [
      'CJK, Hangul, Thai, Hebrew and Arabic',
      '\u65e5\u672c \ud55c\uad6d \u0e44\u0e17\u0e22 \u05e9\u05dc\u05d5\u05dd \u0633\u0644\u0627\u0645',
    ],
    ['a family of joined emoji', '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}'],
    [
      'joined emoji with skin tone and selector',
      '\u{1f469}\u{1f3fd}\u200d\u{1f680} \u{1f3f3}\ufe0f\u200d\u{1f308} \u2764\ufe0f\u200d\u{1f525}',
    ],
    [
      'flags of countries and of regions',
      '\u{1f1e9}\u{1f1ea} \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    ],
    ['keycaps and text style', '1\ufe0f\u20e3 #\ufe0f\u20e3 \u2714\ufe0e'],
    ['joiners of Persian and Hindi', '\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0915\u094d\u200d\u0937'],
    ['a variant of an ideograph', '\u845b\u{e0100}'],
    ['other spaces', '\xa0\u2003\u3000'],
  ]
  for (const [what, text] of untouched) {
    it(`does not change ${what}`, () => {
      expect(escapeControl(text)).to.equal(text)
    })
  }

  it('escapes exactly the characters that are control characters or ignorable in Unicode', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const text = String.fromCodePoint(code)
      const hidden = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/u.test(text)
      if ((escapeControl(text) !== text) !== hidden) expect.fail(`U+${code.toString(16)}`)
    }
  })

  it('returns well-formed text without control characters, and changes nothing the second time', () => {
    const piece = fc.oneof(
      fc.string({unit: 'binary'}),
      fc.constantFrom(
        '\x1b[2J',
        '\u202e',
        '\ud83d',
        '\udc69',
        '\u200d',
        '\ufe0f',
        '\u{1f469}',
        '\u0646',
        '1',
        '\u20e3',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const shown = escapeControl(pieces.join(''))
        expect(shown.isWellFormed()).to.equal(true)
        expect(shown).to.not.match(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u)
        expect(escapeControl(shown)).to.equal(shown)
      }),
      {numRuns: 2000},
    )
  })
})
