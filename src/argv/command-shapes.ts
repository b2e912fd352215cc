import table from './command-shapes.json' with {type: 'json'}
import type {CommandShape} from './command-tree.ts'
import type {FlagShape} from './pflag.ts'

/** The commands as scripts/command-shapes.ts writes them: a flag is its position in `flags`. */
export interface ShapeTable {
  flags: FlagShape[]
  commands: Record<
    string,
    {flags: number[]; args: string[]; variadic?: boolean; strict?: boolean; readsToken?: boolean}
  >
}

/** Return every command as the normaliser needs it. No command and no manifest is loaded. */
export function readCommandShapes(): Record<string, CommandShape> {
  const {flags: all, commands} = table as unknown as ShapeTable
  return Object.fromEntries(
    Object.entries(commands).map(([id, {flags, args, variadic, strict, readsToken}]) => [
      id,
      {
        id,
        flags: Object.fromEntries(flags.flatMap((at) => (all[at] ? [[all[at].name, all[at]]] : []))),
        args: Object.fromEntries(args.map((name) => [name, {multiple: variadic === true}])),
        ...(strict === false ? {strict} : {}),
        ...(readsToken ? {readsToken} : {}),
      },
    ]),
  )
}
