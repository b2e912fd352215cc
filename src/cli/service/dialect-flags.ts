import {AppError} from '../../errors/app-error.ts'
import type {DialectPort} from '../../operations/service/listen-dialects.ts'
import type {ServedDialect} from '../../vendors/served.ts'
import {type TextFlag, textFlag} from '../flags.ts'

/** With 0 it applies to every dialect. */
const PORT_OF_ALL = 'port'

const PORT_MAX = 65_535

/**
 * Return the flags that choose what `service start` serves: `--dialect`, and one port for each
 * dialect.
 */
export function dialectFlags(dialects: readonly ServedDialect[]): Record<string, TextFlag> {
  const names = dialects.map(({name}) => name)
  const ports = dialects.map(({title, portFlag, defaultPort}) => {
    const description = `Port for ${title} (default: ${defaultPort}); 0 means any free port${portFlag === PORT_OF_ALL ? ', for every dialect' : ''}`
    return [portFlag, textFlag(portFlag, {description, placeholder: 'NUMBER'})] as const
  })
  const dialect = textFlag('dialect', {
    description: `APIs to serve, separated by commas: ${names.join(', ')} (default: all)`,
    placeholder: 'NAMES',
  })
  return {...Object.fromEntries(ports), dialect}
}

/**
 * Read which dialects to serve, and on which ports. USAGE for an unknown dialect, an invalid port,
 * the port of a dialect that is not served, and one port for two dialects.
 */
export function readDialectFlags(
  dialects: readonly ServedDialect[],
  flags: Record<string, unknown>,
): readonly DialectPort[] {
  const given = (flag: string) => (typeof flags[flag] === 'string' ? flags[flag] : undefined)
  const served = chooseDialects(dialects, given('dialect'))
  const isAnyPort = parsePort(PORT_OF_ALL, given(PORT_OF_ALL)) === 0
  for (const {title, portFlag} of dialects.filter((each) => !served.includes(each))) {
    if (given(portFlag) === undefined || (portFlag === PORT_OF_ALL && isAnyPort)) continue
    throw new AppError('USAGE', `--${portFlag} is the port of ${title}, which --dialect leaves out`, {
      hint: `Leave out --${portFlag}, or serve ${title} too`,
    })
  }
  const ports = served.map((dialect): DialectPort => {
    const port = parsePort(dialect.portFlag, given(dialect.portFlag)) ?? (isAnyPort ? 0 : undefined)
    return {dialect, port: port ?? dialect.defaultPort, isNamed: port !== undefined}
  })
  refuseSharedPort(ports)
  return ports
}

function chooseDialects(dialects: readonly ServedDialect[], text: string | undefined): readonly ServedDialect[] {
  if (text === undefined) return dialects
  const names = text.split(',').map((name) => name.trim())
  const known = dialects.map(({name}) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return dialects.filter(({name}) => names.includes(name))
  throw new AppError('USAGE', `--dialect must name some of ${known.join(', ')}, not ${unknown || 'an empty name'}`, {
    hint: `Write, for example: --dialect ${known.join(',')}`,
  })
}

function parsePort(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,5}$/.test(text) && Number(text) <= PORT_MAX) return Number(text)
  throw new AppError('USAGE', `--${flag} must be a number from 0 to ${PORT_MAX}, not ${text}`, {
    hint: `Write, for example: --${flag} 0`,
  })
}

/**
 * Throw USAGE if two dialects that must be served have the same port: one of them could not listen.
 */
function refuseSharedPort(ports: readonly DialectPort[]): void {
  const needed = ports.filter(({dialect, port, isNamed}) => port !== 0 && (isNamed || dialect.required))
  for (const [index, {dialect, port}] of needed.entries()) {
    const other = needed.slice(index + 1).find((each) => each.port === port)
    if (!other) continue
    throw new AppError('USAGE', `${dialect.title} and ${other.dialect.title} cannot both listen on port ${port}`, {
      hint: `Give another port with --${other.isNamed ? other.dialect.portFlag : dialect.portFlag}`,
    })
  }
}
