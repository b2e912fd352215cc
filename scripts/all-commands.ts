import type {Command} from '@oclif/core'
import {COMMANDS} from '../src/commands/index.ts'

/** Every command class by id, in the form that oclif takes: only the manifest needs all of them. */
export const ALL_COMMANDS: Record<string, Command.Class> = Object.fromEntries(
  await Promise.all(Object.entries(COMMANDS).map(async ([id, load]) => [id, withOwnParts((await load()).default)])),
)

/**
 * Copy what a class inherits into the class itself. oclif stops at the first class that declares
 * nothing.
 */
function withOwnParts(loaded: unknown): Command.Class {
  const command = loaded as Command.Class
  const {baseFlags, description} = command
  return Object.assign(command, {baseFlags, ...(description === undefined ? {} : {description})})
}
