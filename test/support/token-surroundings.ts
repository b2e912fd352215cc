import {runTokenry} from './run-tokenry.ts'
import {tempFolder} from './temp-folder.ts'

/** Characters that editors, shells, spreadsheets and web pages leave around a token, by name. */
export const SURROUNDINGS: Record<string, (token: string) => string> = {
  'a blank after it': (token) => `${token} `,
  'blanks around it': (token) => `  ${token}  `,
  'a newline': (token) => `${token}\n`,
  'CR LF': (token) => `${token}\r\n`,
  'several newlines around it': (token) => `\n\r\n${token}\n\n\n`,
  tabs: (token) => `\t${token}\t`,
  'a vertical tab and a form feed': (token) => `${token}\v\f`,
  'a BOM': (token) => `\ufeff${token}`,
  'a BOM and CR LF': (token) => `\ufeff${token}\r\n`,
  'a no-break space': (token) => `\u00a0${token}\u00a0`,
  'a narrow no-break space and an ideographic one': (token) => `\u202f${token}\u3000`,
  'NEL and a line separator': (token) => `\u0085${token}\u2028`,
  'a zero-width space': (token) => `\u200b${token}\u200b`,
  'a word joiner and marks of direction': (token) => `\u2060\u200e${token}\u200f`,
}

/** Changes that are more than white space, so that the result is not a token. */
export const DAMAGES: Record<string, (token: string) => string> = {
  'double quotes': (token) => `"${token}"`,
  'single quotes': (token) => `'${token}'`,
  'curly quotes': (token) => `\u201c${token}\u201d`,
  'the word Bearer': (token) => `Bearer ${token}`,
  'the name of a variable': (token) => `ASTRO_API_TOKEN=${token}`,
  'a line break within': (token) => `${token.slice(0, 60)}\n${token.slice(60)}`,
  'the signature cut off with its dot': (token) => token.slice(0, token.lastIndexOf('.')),
  'the end of its claims cut off': (token) => token.slice(0, 150),
  'the begin cut off': (token) => token.slice(5),
  'a comma after it': (token) => `${token},`,
  'something else': () => 'changeme',
}

/** Create a token in another installation. */
export async function makeForeignToken(): Promise<string> {
  const argv = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '-c']
  return (await runTokenry(argv, {home: tempFolder()})).stdout.trim()
}
