import {PassThrough} from 'node:stream'

/** Return the parts of a terminal that a spinner needs, and everything that was written to it. */
export function fakeTerminal(): {stream: PassThrough & {isTTY: boolean}; written: string[]} {
  const written: string[] = []
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 80,
    cursorTo: () => written.push('<column 0>'),
    clearLine: () => written.push('<clear>'),
    moveCursor: () => true,
  })
  stream.on('data', (chunk) => written.push(String(chunk)))
  return {stream, written}
}
