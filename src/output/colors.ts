type Style = (text: string) => string

/**
 * The styles of tokenry. They use only the 16 basic colours, which the theme of a terminal keeps
 * readable on dark and on light.
 */
export interface Colors {
  bold: Style
  dim: Style
  red: Style
  yellow: Style
  green: Style
}

/**
 * Return the colours for one stream. If colour is off, every style returns its text unchanged.
 *
 * `FORCE_COLOR` takes precedence, as in Node: on with any value, off with `0` or `false`. Otherwise
 * colour is off if the stream is not a terminal, if `NO_COLOR` is set and not empty (no-color.org),
 * or if `TERM` is `dumb`.
 *
 * Asynchronous because chalk is loaded only if colour is on. Loading it takes 3 to 4 ms of a start,
 * bundled, and 11 ms if it is the first to need node:os and node:tty.
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
