import type {Writer} from '../output/writer.ts'

/** Tell a person who has sent a signal that the answer is awaited first. */
export function noteThatWeWait(writer: Writer): void {
  void writer.note('Stopping: waiting for the answer first; send the signal again to stop immediately')
}
