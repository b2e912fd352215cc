/**
 * A command line as an example of help, with a `$` before it, folded with `\` where it is wider than `width`: before a flag rather
 * than between a flag and its value, never inside quotes.
 */
export function foldExample(line: string, width: number): string {
  return fold(splitUnits(line), width, ' \\')
}

/** A line of usage with a `$` before it; what stands in brackets stays whole. */
export function foldUsage(line: string, width: number): string {
  return fold(line.match(/\[[^\]]*\]|\S+/g) ?? [], width, '')
}

/** `suffix` ends every line but the last. */
function fold(units: string[], width: number, suffix: string): string {
  const lines = ['$']
  for (const unit of units) {
    const last = lines.at(-1) ?? ''
    if (last === '$' || last.length + 1 + unit.length + suffix.length <= width) {
      lines[lines.length - 1] = `${last} ${unit}`
    } else lines.push(`    ${unit}`)
  }
  return lines.join(`${suffix}\n`)
}

/** Words, a flag together with its value. */
function splitUnits(line: string): string[] {
  const words = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []
  const units: string[] = []
  for (const word of words) {
    const last = units.at(-1)
    if (last?.startsWith('--') && !last.includes(' ') && !word.startsWith('--')) {
      units[units.length - 1] = `${last} ${word}`
    } else units.push(word)
  }
  return units
}
