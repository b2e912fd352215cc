// The definition of the results of `deltastream sql`. definitions.json holds it.
import type {StatementResult} from '../../src/operations/deltastream/statement-result.ts'
import {define, listOf, nullable, object, optional, text} from './schema.ts'

export const STATEMENT_RESULT = define(
  'StatementResult',
  object<StatementResult>({
    columns: listOf(object<StatementResult['columns'][number]>({name: text(), type: text('Such as `VARCHAR`')})),
    rows: listOf(listOf(nullable(text()))),
    file: optional(text('The file with the token of this statement')),
  }),
)
