import {expect} from 'chai'
import {renderResultTable} from '../../../src/cli/deltastream/result-table.ts'
import {toStatementResult} from '../../../src/operations/deltastream/statement-result.ts'

const LIST_COLUMNS: [string, string][] = [
  ['Name', 'VARCHAR'],
  ['Last Used', 'TIMESTAMP_LTZ'],
  ['Created At', 'TIMESTAMP_LTZ'],
  ['Expires At', 'TIMESTAMP_LTZ'],
]
const CHANGE_COLUMNS = ['Type', 'Name', 'Command', 'Summary'].map((name): [string, string] => [name, 'VARCHAR'])

function table(columns: [string, string][], data: (string | null)[][]): Promise<string> {
  const metadata = {
    encoding: 'json',
    partitionInfo: [{rowCount: data.length}],
    columns: columns.map(([name, type]) => ({name, type, nullable: true})),
    context: {},
  }
  return renderResultTable(toStatementResult({metadata, data}))
}

describe('the table of a result', () => {
  it('is the one of contracts/deltastream.md, section 5.2, for LIST API_TOKENS', async () => {
    const shown = await table(LIST_COLUMNS, [
      ['ci', null, '2025-01-01 00:00:00Z', '2025-01-31 00:00:00Z'],
      ['deploy', '2025-01-02 03:04:05Z', '2025-01-01 00:00:00Z', '2025-04-01 00:00:00Z'],
    ])
    expect(shown).to.equal(`\
+--------+-------------------------------+-------------------------------+-------------------------------+
|  Name  |  Last Used                    |  Created At                   |  Expires At                   |
+========+===============================+===============================+===============================+
| ci     | <null>                        | 2025-01-01 00:00:00 +0000 UTC | 2025-01-31 00:00:00 +0000 UTC |
+--------+-------------------------------+-------------------------------+-------------------------------+
| deploy | 2025-01-02 03:04:05 +0000 UTC | 2025-01-01 00:00:00 +0000 UTC | 2025-04-01 00:00:00 +0000 UTC |
+--------+-------------------------------+-------------------------------+-------------------------------+
`)
  })

  it('is the one of the same section for DROP API_TOKEN, with a wrapped summary', async () => {
    const summary = 'api_token nightly-loader was successfully dropped'
    expect(await table(CHANGE_COLUMNS, [['api_token', 'nightly-loader', 'DROP', summary]])).to.equal(`\
+-----------+----------------+----------+------------------------------------------+
|  Type     |  Name          |  Command |  Summary                                 |
+===========+================+==========+==========================================+
| api_token | nightly-loader | DROP     | api_token nightly-loader was             |
|           |                |          | successfully dropped                     |
+-----------+----------------+----------+------------------------------------------+
`)
  })

  it('is the one of the page of ALTER API_TOKEN: the list before, the renewal, the list after', async () => {
    const renewed = [['my_token', '2024-07-11 20:38:32Z', '2024-07-11 20:37:17Z', '2024-10-09 20:37:17Z']]
    expect(await table(LIST_COLUMNS, renewed)).to.equal(`\
+----------+-------------------------------+-------------------------------+-------------------------------+
|  Name    |  Last Used                    |  Created At                   |  Expires At                   |
+==========+===============================+===============================+===============================+
| my_token | 2024-07-11 20:38:32 +0000 UTC | 2024-07-11 20:37:17 +0000 UTC | 2024-10-09 20:37:17 +0000 UTC |
+----------+-------------------------------+-------------------------------+-------------------------------+
`)
    const row = ['api_token', 'my_token', 'ALTER', 'api_token my_token was successfully refreshed']
    expect(
      await table([...CHANGE_COLUMNS, ['Token', 'VARCHAR']], [[...row, '<redacted_refreshed_api_token>']]),
    ).to.equal(`\
+-----------+----------+----------+------------------------------------------+--------------------------------+
|  Type     |  Name    |  Command |  Summary                                 |  Token                         |
+===========+==========+==========+==========================================+================================+
| api_token | my_token | ALTER    | api_token my_token was successfully      | <redacted_refreshed_api_token> |
|           |          |          | refreshed                                |                                |
+-----------+----------+----------+------------------------------------------+--------------------------------+
`)
    const after = [['my_token', null, '2024-07-11 20:38:50Z', '2024-10-09 20:38:50Z']]
    expect(await table(LIST_COLUMNS, after)).to.equal(`\
+----------+------------+-------------------------------+-------------------------------+
|  Name    |  Last Used |  Created At                   |  Expires At                   |
+==========+============+===============================+===============================+
| my_token | <null>     | 2024-07-11 20:38:50 +0000 UTC | 2024-10-09 20:38:50 +0000 UTC |
+----------+------------+-------------------------------+-------------------------------+
`)
  })

  it('has a header and no rows for an empty result, and is empty without columns', async () => {
    expect(await table([['Name', 'VARCHAR']], [])).to.equal(`\
+-------+
|  Name |
+=======+
`)
    expect(await table([], [])).to.equal('')
  })

  it('aligns wide characters by the columns that they take', async () => {
    expect(await table([['Name', 'VARCHAR']], [['日本'], ['ci-prod'], ['👩‍💻']])).to.equal(`\
+---------+
|  Name   |
+=========+
| 日本    |
+---------+
| ci-prod |
+---------+
| 👩‍💻      |
+---------+
`)
  })

  it('escapes control characters in headers and cells, before it measures them', async () => {
    const shown = await table([['A\nB', 'VARCHAR']], [['\x1b[2J|\u202e'], ['a\tb']])
    expect(shown.split('\n')).to.deep.equal([
      '+----------------+',
      String.raw`|  A\nB          |`,
      '+================+',
      String.raw`| \x1b[2J|\u202e |`,
      '+----------------+',
      String.raw`| a\tb           |`,
      '+----------------+',
      '',
    ])
  })

  it('cuts a word that is longer than the summary column, by characters that a reader sees', async () => {
    const shown = await table([['Summary', 'VARCHAR']], [[`a ${'x'.repeat(45)} b`], [`${'日'.repeat(21)}`]])
    expect(shown.split('\n').slice(3, -1)).to.deep.equal([
      '| a                                        |',
      `| ${'x'.repeat(40)} |`,
      '| xxxxx b                                  |',
      '+------------------------------------------+',
      `| ${'日'.repeat(20)} |`,
      '| 日                                       |',
      '+------------------------------------------+',
    ])
  })

  for (const [wire, shown] of [
    ['2024-07-11 20:37:17.120000000Z', '2024-07-11 20:37:17.12 +0000 UTC'],
    ['2024-07-11 20:37:17.000Z', '2024-07-11 20:37:17 +0000 UTC'],
    ['2024-07-11 22:37:17+0200', '2024-07-11 20:37:17 +0000 UTC'],
    ['2024-07-10 20:37:17-05:30', '2024-07-11 02:07:17 +0000 UTC'],
    ['2024-07-11T20:37:17Z', '2024-07-11 20:37:17 +0000 UTC'],
    ['2024-07-11 20:37:17 +0000 UTC', '2024-07-11 20:37:17 +0000 UTC'],
    ['0001-01-01T00:00:00Z', '<null>'],
    ['2024-07-11 20:37:17', '2024-07-11 20:37:17'],
    ['2024-13-11 20:37:17Z', '2024-13-11 20:37:17Z'],
    ['soon', 'soon'],
  ]) {
    it(`shows the time ${wire} as ${shown}`, async () => {
      const drawn = await table([['At', 'TIMESTAMP_LTZ(9)']], [[wire ?? '']])
      expect(drawn.split('\n')[3]).to.equal(`| ${shown} |`)
    })
  }

  it('leaves a text alone that only looks like a time, and shows booleans as they are', async () => {
    const columns: [string, string][] = [
      ['Note', 'VARCHAR'],
      ['Current', 'BOOLEAN'],
    ]
    const drawn = await table(columns, [['2024-07-11T20:37:17Z', 'true']])
    expect(drawn).to.contain('| 2024-07-11T20:37:17Z | true     |')
  })

  it('shows a cell that the answer omitted as NULL', async () => {
    expect(await table(CHANGE_COLUMNS, [['role']])).to.contain('| role  | <null> | <null>   | <null> ')
  })
})
