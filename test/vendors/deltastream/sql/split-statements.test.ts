import {expect} from 'chai'
import {isComplete, splitStatements} from '../../../../src/vendors/deltastream/sql/split-statements.ts'

describe('splitStatements', () => {
  const texts: Record<string, string[]> = {
    '': [],
    ' \n\t;; -- a\n; /* b; */ ;': [],
    'LIST ROLES;': ['LIST ROLES;'],
    'LIST ROLES': ['LIST ROLES'],
    'a;b ;\n c': ['a;', 'b ;', 'c'],
    'a;;b': ['a;', 'b'],
    'SELECT \';\' , ";", `;` ; x': ['SELECT \';\' , ";", `;` ;', 'x'],
    "SELECT 'it''s; ';x": ["SELECT 'it''s; ';", 'x'],
    'DROP ROLE "a"";";x': ['DROP ROLE "a"";";', 'x'],
    'SELECT `a``;`;x': ['SELECT `a``;`;', 'x'],
    "SELECT 'a\\';x": ["SELECT 'a\\';", 'x'],
    'SELECT "\';";x': ['SELECT "\';";', 'x'],
    'a -- ;\n;b': ['a -- ;\n;', 'b'],
    'a -- ;\r;b': ['a -- ;\r;', 'b'],
    "a /* ; ' */;b": ["a /* ; ' */;", 'b'],
    'a /* /* ; */;b': ['a /* /* ; */;', 'b'],
    '-- first\na;\n/* second */ b; -- third\n': ['-- first\na;', '/* second */ b;'],
    'a - b / c;d': ['a - b / c;', 'd'],
    'a -/* ; */ b;c': ['a -/* ; */ b;', 'c'],
    'SELECT é\u00a0\0🙂;b': ['SELECT é\u00a0\0🙂;', 'b'],
    '\ufeffLIST ROLES;\r\n': ['LIST ROLES;'],
    "a; 'b;c ": ['a;', "'b;c "],
    'a; "b;c""': ['a;', '"b;c""'],
    'a; `b;c': ['a;', '`b;c'],
    'a; b /* ;c ': ['a;', 'b /* ;c '],
    'a; /* ;c': ['a;', '/* ;c'],
    'a; /*/': ['a;', '/*/'],
  }
  for (const [text, statements] of Object.entries(texts)) {
    it(`${JSON.stringify(text)} into ${statements.length}`, () => {
      expect(splitStatements(text)).to.deep.equal(statements)
    })
  }
})

describe('isComplete', () => {
  for (const text of ['a;', 'a ; \n', 'a; -- b', 'a; /* b */\n', "'a';", 'a;;', ';', 'a; b;', "-- a'\n;"]) {
    it(`is true for ${JSON.stringify(text)}`, () => expect(isComplete(text)).to.equal(true))
  }
  const open = [
    '',
    ' ',
    'a',
    'a; b',
    "a; 'b'",
    "a ';",
    'a ";',
    'a `;',
    'a -- ;',
    'a /* ;',
    'a /* ; */',
    'a; /* b',
    '-- a;',
  ]
  for (const text of open) {
    it(`is false for ${JSON.stringify(text)}`, () => expect(isComplete(text)).to.equal(false))
  }
})
