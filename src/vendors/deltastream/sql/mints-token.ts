import {scanSql} from './scan-sql.ts'

/**
 * Return whether this statement is CREATE API_TOKEN or ALTER API_TOKEN: it may yield a secret, and
 * must not be sent twice. It may be a statement that parseStatements refuses.
 */
export function mintsToken(statement: string): boolean {
  const words: string[] = []
  for (const {kind, start, end} of scanSql(statement)) {
    if (kind === 'space' || kind === 'comment' || (kind === 'terminator' && words.length === 0)) continue
    if (kind !== 'other') break
    const text = statement.slice(start, end)
    const word = /^\w*/.exec(text)?.[0] ?? ''
    words.push(word.toUpperCase())
    if (words.length === 2 || word !== text) break
  }
  return (words[0] === 'CREATE' || words[0] === 'ALTER') && words[1] === 'API_TOKEN'
}
