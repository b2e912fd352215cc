const WIDTH_DEFAULT = 80
/** In a narrower window nothing can be read, so a smaller number is taken for a mistake. */
const WIDTH_MIN = 10

/**
 * Return how many columns a line may have: `COLUMNS`, as in `ls`, else the width of the terminal,
 * else 80.
 */
export function readWindowWidth(stream: {columns?: number}, env: Record<string, string | undefined>): number {
  const text = env['COLUMNS'] ?? ''
  const wanted = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return wanted >= WIDTH_MIN ? wanted : stream.columns || WIDTH_DEFAULT
}
