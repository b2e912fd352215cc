import {escapeControl} from './escape.ts'
import type {TextOutput} from './text-output.ts'

export interface Spinner {
  /** Replace the text. */
  update(text: string): void
  /** Clear the line and show the cursor again. May be called twice. */
  stop(): void
}

/**
 * Show a spinner at a terminal. Anywhere else, and under `CI` or `TERM=dumb`, write nothing. The
 * caller stops it in a `finally`, because a running spinner keeps the process alive. Ctrl-C works
 * as without one.
 */
export async function startSpinner(output: TextOutput, text: string): Promise<Spinner> {
  if (!output.isTTY) return {update() {}, stop() {}}
  const {default: ora} = await import('ora')
  // An output that is a terminal is a stream of Node.
  const stream = output as TextOutput & NodeJS.WriteStream
  // By default ora takes Ctrl-C and typed keys from stdin. Its colour depends on stdout, not on its
  // stream.
  const spinner = ora({stream, text: escapeControl(text), discardStdin: false, color: false})
  // If ora is not enabled, start() would print the text as a line.
  if (spinner.isEnabled) spinner.start()
  return {
    update(changed) {
      spinner.text = escapeControl(changed)
    },
    stop() {
      spinner.stop()
    },
  }
}
