import type {ShapeTable} from '../src/argv/command-shapes.ts'
import type {CommandShape} from '../src/argv/command-tree.ts'
import type {FlagShape} from '../src/argv/pflag.ts'
import type {GeneratedFiles} from './generated-files.ts'
import {MANIFEST_FILE} from './manifest.ts'

const SHAPES_FILE = 'src/argv/command-shapes.json'

/**
 * Return what the normaliser needs of the manifest, with each flag once: every start reads it, and
 * the manifest is twenty times as long.
 */
export function buildCommandShapes({[MANIFEST_FILE]: manifest = ''}: GeneratedFiles): GeneratedFiles {
  const commands: Record<string, CommandShape> = JSON.parse(manifest).commands
  const positions = new Map<string, number>()
  const flagsOf = (command: CommandShape) =>
    Object.values(command.flags).map((flag) => {
      const text = JSON.stringify(toShape(flag))
      if (!positions.has(text)) positions.set(text, positions.size)
      return positions.get(text) ?? 0
    })
  const rows = Object.entries(commands).map(([id, command]) => {
    const {args, strict = true, readsToken = false} = command
    const row: ShapeTable['commands'][string] = {flags: flagsOf(command), args: Object.keys(args)}
    if (Object.values(args).some(isVariadic)) row.variadic = true
    if (!strict) row.strict = false
    if (readsToken) row.readsToken = true
    return `${JSON.stringify(id)}: ${JSON.stringify(row)}`
  })
  const text = `{\n"flags": [\n${[...positions.keys()].join(',\n')}\n],\n"commands": {\n${rows.join(',\n')}\n}\n}\n`
  return {[SHAPES_FILE]: text}
}

function toShape({name, char, type, multiple, aliases, charAliases, takesSecret}: FlagShape): object {
  return {name, type, char, ...(multiple ? {multiple} : {}), aliases, charAliases, takesSecret}
}

function isVariadic(arg: unknown): boolean {
  return typeof arg === 'object' && arg !== null && 'multiple' in arg && arg.multiple === true
}
