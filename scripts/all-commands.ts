import type {Command} from '@oclif/core'
import {COMMANDS} from '../src/commands/index.ts'

/** Every command class by id, as oclif wants an explicit table: for the manifest, which needs them all. */
export const ALL_COMMANDS: Record<string, Command.Class> = Object.fromEntries(
  await Promise.all(
    Object.entries(COMMANDS).map(
      async ([id, load]) => [id, (await load()).default as unknown as Command.Class] as const,
    ),
  ),
)
