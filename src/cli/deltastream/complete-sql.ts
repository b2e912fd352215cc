import {escapeControl} from '../../output/escape.ts'
import type {Completer} from '../../output/line-editor.ts'
import {quoteName} from '../../vendors/deltastream/sql/quote.ts'

const KEYWORDS = `ALTER API_TOKEN API_TOKENS CREATE DATABASE DATABASES DESCRIBE DROP FROM INSERT INTO LIST ORGANIZATION
  ORGANIZATIONS RENEW ROLE ROLES SCHEMA SCHEMAS SELECT STORE STORES STREAM STREAMS TABLE TABLES TOKEN USE WHERE
  WITH 'token.expires_in_days' 'token.role_name'`.split(/\s+/)

/** The begin of the name of a token, and the statement that it is in. */
const TOKEN_NAME = /(?:^|\s)(alter|create|drop)\s+api_token\s+("(?:[^"]|"")*|[\w-]*)$/i
const LAST_WORD = /'?[\w.]*$/

/**
 * Return the completer of the prompt: keywords in the case that was begun, and after ALTER and DROP
 * API_TOKEN the names of the tokens. `before` returns the lines above of the same statement.
 */
export function createSqlCompleter({
  listTokenNames,
  before,
}: {
  listTokenNames(): Promise<string[]>
  before(): string
}): Completer {
  return async (text) => {
    const [, verb, name] = TOKEN_NAME.exec(`${before()}${text}`) ?? []
    if (name !== undefined && text.endsWith(name)) {
      // The name of a new token is not one of those that exist. A name is drawn as it is.
      const names = /create/i.test(verb ?? '')
        ? []
        : (await listTokenNames()).filter((each) => escapeControl(each) === each)
      return [
        names
          .map((each) => writeName(each, name))
          .filter((each) => each.startsWith(name))
          .map(addBlank),
        name,
      ]
    }
    const word = LAST_WORD.exec(text)?.[0] ?? ''
    if (word === '') return [[], word]
    const isLowerCase = word === word.toLowerCase()
    const keywords = KEYWORDS.map((keyword) => (isLowerCase ? keyword.toLowerCase() : keyword))
    return [keywords.filter((keyword) => keyword.startsWith(word)).map(addBlank), word]
  }
}

/** A name without quotes is folded to lower case. */
function writeName(name: string, begun: string): string {
  return begun.startsWith('"') || !/^[a-z_][a-z0-9_]*$/.test(name) ? quoteName(name) : name
}

function addBlank(word: string): string {
  return `${word} `
}
