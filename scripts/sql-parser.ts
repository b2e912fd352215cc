import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import peggy from 'peggy'

const FOLDER = 'src/vendors/deltastream/sql'

/** Return the parser that peggy generates from the grammar of DeltaStream's SQL. */
export function buildSqlParser(): Record<string, string> {
  const grammar = readFileSync(join(import.meta.dirname, '..', FOLDER, 'statements.peggy'), 'utf8')
  const source = peggy.generate(grammar, {output: 'source', format: 'es'})
  return {[`${FOLDER}/statements-parser.ts`]: `// @ts-nocheck: peggy writes JavaScript.\n${source}`}
}
