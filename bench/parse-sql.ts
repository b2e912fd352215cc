import {parseStatements} from '../src/vendors/deltastream/sql/parse-statements.ts'
import {median} from './report.ts'

/** Size of the text in bytes: the largest request that the dialect of DeltaStream accepts. */
const SIZE = 2 ** 20
const ROUNDS = 11

/** Statements that are repeated up to the size. */
const REPEATED: Record<string, string> = {
  'CREATE API_TOKEN':
    "CREATE API_TOKEN \"nightly loader\" WITH ('token.role_name' = sysadmin, 'token.expires_in_days' = 30);\n",
  'LIST ORGANIZATIONS': 'LIST ORGANIZATIONS;',
  'SELECT, with comments': 'SELECT a - 1 /* one */ FROM "b" WHERE c = \'d\'; -- all\n',
}

export interface ParseRow {
  what: string
  statements: number
  /** Median time in milliseconds. */
  ms: number
}

/** Measure the parser of DeltaStream's SQL in this process. */
export function measureParser(): ParseRow[] {
  return Object.entries(REPEATED).map(([what, statement]) => {
    const text = statement.repeat(Math.floor(SIZE / statement.length))
    const samples = Array.from({length: ROUNDS}, () => {
      const startMs = performance.now()
      const {length} = parseStatements(text)
      return {ms: performance.now() - startMs, length}
    })
    return {what, statements: samples[0]?.length ?? 0, ms: Math.round(median(samples.map(({ms}) => ms)))}
  })
}
