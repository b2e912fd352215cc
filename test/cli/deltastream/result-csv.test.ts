import {expect} from 'chai'
import {renderResultCsv} from '../../../src/cli/deltastream/result-csv.ts'

const column = (name: string) => ({name, type: 'VARCHAR'})

describe('the CSV of a result', () => {
  it('ends each record with CRLF, and quotes only commas, quotes, newlines and empty texts', () => {
    const rows = [
      ['ci', null, '', 'a,b'],
      ['say "hi"', 'two\nlines', 'two\r\nlines', ' blank '],
    ]
    expect(renderResultCsv({columns: ['Name', 'B,C', 'Last Used', 'D'].map(column), rows}, {terminal: false})).to.equal(
      'Name,"B,C",Last Used,D\r\nci,,"","a,b"\r\n"say ""hi""","two\nlines","two\r\nlines", blank \r\n',
    )
  })

  it('has a header for an empty result, and is empty without columns', () => {
    expect(renderResultCsv({columns: [column('Name')], rows: []}, {terminal: false})).to.equal('Name\r\n')
    expect(renderResultCsv({columns: [], rows: []}, {terminal: false})).to.equal('')
  })

  it('escapes control characters at a terminal, and passes them on in a pipe', () => {
    const result = {columns: [column('Name')], rows: [['\x1b[2J\na']]}
    expect(renderResultCsv(result, {terminal: true})).to.equal('Name\r\n\\x1b[2J\\na\r\n')
    expect(renderResultCsv(result, {terminal: false})).to.equal('Name\r\n"\x1b[2J\na"\r\n')
  })
})
