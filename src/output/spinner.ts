import {escapeControl} from './escape.ts'
import type {TextOutput} from './text-output.ts'

export interface Spinner {
  /** Clear the line and show the cursor again. May be called twice. */
  stop(): void
}

/**
 * Show at a terminal that something is under way; anywhere else, and under `CI` or `TERM=dumb`, nothing is written. The caller
 * stops it in a `finally`: a spinner that still turns keeps the process alive. Ctrl-C works as without one.
 */
export async function startSpinner(output: TextOutput, text: string): Promise<Spinner> {
  if (!output.isTTY) return {stop() {}}
  const {default: ora} = await import('ora')
  // What is a terminal is a stream of Node.
  const stream = output as TextOutput & NodeJS.WriteStream
  // ora would take Ctrl-C and typed keys from stdin; and its colour looks at stdout, whatever the stream.
  const spinner = ora({stream, text: escapeControl(text), discardStdin: false, color: false})
  // Where ora sees no use in turning it would print the text as a line instead.
  if (spinner.isEnabled) spinner.start()
  return {
    stop() {
      spinner.stop()
    },
  }
}
