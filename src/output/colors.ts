type Style = (text: string) => string

/** The styles of tokenry: of the 16 basic colours only, which a terminal's theme keeps readable on dark and on light. */
export interface Colors {
  bold: Style
  dim: Style
  red: Style
  yellow: Style
  green: Style
}

/**
 * The colours for one stream; every style gives its text back unchanged where colour is off.
 *
 * `FORCE_COLOR` decides first, as in Node: on with any value, off with `0` or `false`. Otherwise colour is off when the stream is
 * no terminal, when `NO_COLOR` is set and not empty (no-color.org), and when `TERM` is `dumb`.
 *
 * Asynchronous because chalk is loaded only where there is colour to write: it costs 3 to 4 ms of a start, bundled, and 11 ms when
 * it is the first to need node:os and node:tty.
 */
export async function createColors(
  stream: {isTTY?: boolean},
  env: Record<string, string | undefined>,
): Promise<Colors> {
  if (!wantsColor(stream, env)) return PLAIN
  const {Chalk} = await import('chalk')
  const {bold, dim, red, yellow, green} = new Chalk({level: 1})
  return {bold, dim, red, yellow, green}
}

const asIs: Style = (text) => text
const PLAIN: Colors = {bold: asIs, dim: asIs, red: asIs, yellow: asIs, green: asIs}

function wantsColor(stream: {isTTY?: boolean}, env: Record<string, string | undefined>): boolean {
  const forced = env['FORCE_COLOR']
  if (forced) return forced !== '0' && forced !== 'false'
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}
