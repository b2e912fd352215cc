import type {Command} from '@oclif/core'
import {COMMANDS} from '../src/commands/index.ts'

/** Every command class by id, as oclif wants an explicit table: for the manifest, which needs them all. */
export const ALL_COMMANDS: Record<string, Command.Class> = Object.fromEntries(
  await Promise.all(Object.entries(COMMANDS).map(async ([id, load]) => [id, withOwnParts((await load()).default)])),
)

/** oclif looks for what a class inherits only up to the first one that declares nothing itself. */
function withOwnParts(loaded: unknown): Command.Class {
  const command = loaded as Command.Class
  const {baseFlags, description} = command
  return Object.assign(command, {baseFlags, ...(description === undefined ? {} : {description})})
}
