import {expect} from 'chai'
import fc from 'fast-check'
import {
  parseError,
  parseResultSet,
  parseStatementAnswer,
  parseVersion,
} from '../../../src/vendors/deltastream/answers.ts'
import {readRows} from '../../../src/vendors/deltastream/rows.ts'
import {
  CI_ROW,
  mintedToken,
  resultSet,
  STATEMENT_ID,
  textColumn,
  tokenList,
} from '../../support/scripted-deltastream.ts'

describe('answers of DeltaStream', () => {
  describe('a result', () => {
    it('has every field that tokenry uses, and no other', () => {
      const result = {...mintedToken('ci'), message: 'done', statementIDs: [STATEMENT_ID]}
      const metadata = {...result.metadata, unknown: 1, context: {...result.metadata.context, unknown: 1}}
      expect(parseResultSet({...result, unknown: 1, metadata})).to.deep.equal(result)
    })

    it('needs only its state', () => {
      const empty = {
        sqlState: '00000',
        statementID: '',
        createdOn: 0,
        metadata: {encoding: 'json', partitionInfo: [], columns: [], context: {}},
        data: [],
      }
      expect(parseResultSet({sqlState: '00000'})).to.deep.equal(empty)
      const nothing = Object.fromEntries(
        ['message', 'statementID', 'statementIDs', 'createdOn', 'metadata', 'data'].map((name) => [name, null]),
      )
      expect(parseResultSet({sqlState: '00000', ...nothing})).to.deep.equal(empty)
      const metadata = {encoding: null, partitionInfo: null, columns: null, context: null, dataplaneRequest: null}
      expect(parseResultSet({sqlState: '00000', metadata})).to.deep.equal(empty)
    })

    it('may have columns of which only the name is known', () => {
      const {metadata} = parseResultSet({sqlState: '00000', metadata: {columns: [{name: 'A', type: null}, {name: ''}]}})
      expect(metadata.columns).to.deep.equal([
        {name: 'A', type: 'VARCHAR', nullable: true},
        {name: '', type: 'VARCHAR', nullable: true},
      ])
    })

    it('has no empty place in its context', () => {
      const context = {organizationID: 'o', roleName: '', databaseName: null, storeName: 's'}
      expect(parseResultSet({sqlState: '00000', metadata: {context}}).metadata.context).to.deep.equal({
        organizationID: 'o',
        storeName: 's',
      })
    })

    for (const [title, wrong] of Object.entries({
      'no state': {sqlState: null},
      'a number as its state': {sqlState: 0},
      'a number as its message': {message: 5},
      'a text as its data': {data: 'x'},
      'an object as a row': {data: [{}]},
      'a number as a cell': {data: [[1]]},
      'a boolean as a cell': {data: [['x', true]]},
      'an absent cell': {data: [[['x']]]},
      'a list as its metadata': {metadata: []},
      'a column without a name': {metadata: {columns: [{}]}},
      'a text as its columns': {metadata: {columns: 'x'}},
      'a number as a partition': {metadata: {partitionInfo: [1]}},
      'a text as its context': {metadata: {context: 'x'}},
    })) {
      it(`is refused with ${title}`, () => {
        expect(() => parseResultSet({...tokenList([CI_ROW]), ...wrong})).to.throw()
      })
    }

    it('is never anything but a result or an error, for any content', () => {
      fc.assert(
        fc.property(fc.jsonValue(), fc.constantFrom(200, 202, 204), (body, status) => {
          try {
            expect(parseStatementAnswer(body, status)).to.be.an('object')
          } catch (err) {
            expect(err).to.have.property('name', 'Error')
          }
        }),
      )
    })
  })

  it('have rows that are read by the name of a column, in any case and order', () => {
    const columns = ['Extra', 'EXPIRES AT', 'name', 'Name'].map((name) => textColumn(name))
    const [first, second, ...more] = readRows(
      resultSet(columns, [
        ['x', 'later', 'ci', 'other'],
        ['y', null],
      ]),
    )
    expect(more).to.deep.equal([])
    expect(['Name', 'Expires At', 'extra', 'Token'].map((name) => first?.find(name))).to.deep.equal([
      'ci',
      'later',
      'x',
      undefined,
    ])
    expect(second?.find('Expires At')).to.equal(null)
    // A row that is too short.
    expect(second?.find('Name')).to.equal(undefined)
    expect(readRows(resultSet([], [['x']]))[0]?.find('Name')).to.equal(undefined)
  })

  it('with a version need its first number', () => {
    expect(parseVersion({major: 2, minor: 1, patch: 3, more: 1})).to.deep.equal({major: 2, minor: 1, patch: 3})
    expect(parseVersion({major: 2, minor: null})).to.deep.equal({major: 2, minor: 0, patch: 0})
    for (const body of [{}, {major: '2'}, {major: null}, null, [], 'x', undefined]) {
      expect(() => parseVersion(body)).to.throw()
    }
  })

  it('with an error need a message; the trace id may be absent or malformed', () => {
    expect(parseError({message: 'no', traceID: 't'})).to.deep.equal({message: 'no', requestId: 't'})
    for (const traceID of [undefined, null, '', 5, {}]) {
      expect(parseError({message: 'no', traceID})).to.deep.equal({message: 'no', requestId: undefined})
    }
    for (const body of [undefined, null, 'no', [], {}, {message: null}, {message: 5}, {traceID: 't'}]) {
      expect(parseError(body)).to.equal(null)
    }
  })
})
