import type {HelpTopic} from '../../argv/normalise-argv.ts'
import {listVariables} from '../../config/environment.ts'
import {EXIT_CODE_MEANINGS} from '../../errors/exit-code-meanings.ts'
import {type ErrorCode, EXIT_CODES, RETRYABLE, SIGNAL_EXIT_CODES} from '../../errors/exit-codes.ts'
import type {Vendor} from '../../vendors/vendor.ts'

interface TopicText {
  summary: string
  /** The text above the list. */
  intro: string
  header: string
  rows(vendors: readonly Vendor[]): [name: string, text: string][]
}

/** The help pages that are not about commands. The program itself uses the data of their lists. */
export const TOPIC_TEXTS: Record<HelpTopic, TopicText> = {
  'exit-codes': {
    summary: 'Exit codes and what they mean',
    intro:
      'The name in capitals is error.code in the JSON document. Only exit code 8 is worth a retry of the same command.',
    header: 'EXIT CODES',
    rows: () =>
      describeExitCodes().map(({exitCode, codes, meaning}) => [
        String(exitCode),
        codes.length === 0 ? meaning : `${codes.join(', ')}: ${meaning}`,
      ]),
  },
  environment: {
    summary: 'Environment variables that tokenry reads',
    intro: 'A flag takes precedence over the variable for the same thing.',
    header: 'ENVIRONMENT VARIABLES',
    rows: (vendors) => listVariables(vendors).map(({name, meaning}) => [name, meaning]),
  },
}

export interface DescribedExitCode {
  exitCode: number
  codes: ErrorCode[]
  retryable: boolean
  meaning: string
}

/** Return every exit code with the error codes that lead to it, in numeric order. */
export function describeExitCodes(): DescribedExitCode[] {
  const terminated = Object.values(SIGNAL_EXIT_CODES).filter((exitCode) => exitCode !== EXIT_CODES.CANCELLED)
  const named = [
    ...(Object.entries(EXIT_CODES) as [ErrorCode, number][]).filter(([name]) => name !== 'TERMINATED'),
    ...terminated.map((exitCode): [ErrorCode, number] => ['TERMINATED', exitCode]),
  ]
  return Object.entries(EXIT_CODE_MEANINGS).map(([text, meaning]) => {
    const exitCode = Number(text)
    const codes = named.filter(([, code]) => code === exitCode).map(([name]) => name)
    return {exitCode, codes, retryable: codes.some((code) => RETRYABLE.has(code)), meaning}
  })
}
