import {expect} from 'chai'
import {
  isComplete,
  NO_LINES,
  readLine,
  splitStatements,
} from '../../../../src/vendors/deltastream/sql/split-statements.ts'

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
  const read = (text: string) => text.split('\n').reduce(readLine, NO_LINES)
  for (const text of [
    'a;',
    'a ; \n',
    'a; -- b',
    'a; /* b */\n',
    "'a';",
    'a;;',
    ';',
    'a; b;',
    "-- a'\n;",
    "a '\n;\n';",
    'a /*\n*/;',
    'a; /*\n"*/ -- b',
    "a 'b\n'';\n';",
  ]) {
    it(`is true for ${JSON.stringify(text)}`, () => expect(isComplete(read(text))).to.equal(true))
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
    'a; /* b\n;',
    "a '\n;",
    'a "b\n" \';',
    'a;\nb',
    'a; /*\n*/ b',
    'a /*\n*/ -- ;',
    'a *\n/;b',
    'a /* *\n/;',
    '-- a;',
  ]
  for (const text of open) {
    it(`is false for ${JSON.stringify(text)}`, () => expect(isComplete(read(text))).to.equal(false))
  }
})
