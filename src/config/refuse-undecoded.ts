import {AppError} from '../errors/app-error.ts'
import {isUndecoded} from '../lib/undecoded.ts'
import {listVariables} from './environment.ts'
import type {VendorTool} from './vendor-tool.ts'

const WHY = 'The character U+FFFD is refused too, because it replaces bytes that cannot be read'

/**
 * Throw if an argument (USAGE) or a variable that tokenry reads (CONFIG) is not UTF-8. This runs
 * before anything else is done. The message does not show the value, because it is not what was
 * typed.
 */
export function refuseUndecoded(
  argv: readonly string[],
  {env, vendors}: {env: Record<string, string | undefined>; vendors: readonly {readonly tool: VendorTool}[]},
): void {
  const position = argv.findIndex(isUndecoded)
  if (position !== -1) {
    throw new AppError('USAGE', `Argument ${position + 1} is not UTF-8 and would mean something else`, {
      hint: `Give argument ${position + 1} in UTF-8, or use an id instead of a name. ${WHY}`,
    })
  }
  for (const {name} of listVariables(vendors)) {
    // A shell writes the path of the program into it. tokenry only checks whether it names nohup.
    if (name === '_') continue
    const value = env[name]
    if (value === undefined || !isUndecoded(value)) continue
    throw new AppError('CONFIG', `${name} is not UTF-8 and would mean something else`, {
      hint: `Set ${name} in UTF-8, or unset it. ${WHY}`,
    })
  }
}
