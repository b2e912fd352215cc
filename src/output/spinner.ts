import {escapeControl} from './escape.ts'

export interface Spinner {
  /** Clear the line and show the cursor again. May be called twice. */
  stop(): void
}

/**
 * Show at a terminal that something is under way; anywhere else, and under `CI` or `TERM=dumb`, nothing is written. The caller
 * stops it in a `finally`: a spinner that still turns keeps the process alive. Ctrl-C works as without one.
 */
export async function startSpinner(stream: NodeJS.WritableStream & {isTTY?: boolean}, text: string): Promise<Spinner> {
  if (!stream.isTTY) return {stop() {}}
  const {default: ora} = await import('ora')
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
