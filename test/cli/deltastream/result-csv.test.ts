import {expect} from 'chai'
import {renderResultCsv} from '../../../src/cli/deltastream/result-csv.ts'

const column = (name: string) => ({name, type: 'VARCHAR'})

describe('the CSV of a result', () => {
  it('ends each record with CRLF, and quotes only commas, quotes, newlines and empty texts', () => {
    const rows = [
      ['ci', null, '', 'a,b'],
      ['say "hi"', 'two\nlines', 'two\r\nlines', ' blank '],
    ]
    expect(renderResultCsv({columns: ['Name', 'B,C', 'Last Used', 'D'].map(column), rows})).to.equal(
      'Name,"B,C",Last Used,D\r\nci,,"","a,b"\r\n"say ""hi""","two\nlines","two\r\nlines", blank \r\n',
    )
  })

  it('has a header for an empty result, and is empty without columns', () => {
    expect(renderResultCsv({columns: [column('Name')], rows: []})).to.equal('Name\r\n')
    expect(renderResultCsv({columns: [], rows: []})).to.equal('')
  })
})
