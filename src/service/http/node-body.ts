import type {IncomingMessage} from 'node:http'
import type {ArrivedBody} from './dialect.ts'

const NONE = Buffer.alloc(0)

/**
 * Call `onArrived` when the body of a request has arrived completely, or with null as soon as it is
 * longer than `bytesMax`. No more than that is kept in memory. It is not called if the body breaks
 * off: a request that was cut off must not change anything.
 */
export function receiveBody(
  req: IncomingMessage,
  {bytesMax, onArrived}: {bytesMax: number; onArrived: (body: ArrivedBody) => void},
): void {
  const announced = Number(req.headers['content-length'] ?? 0)
  const isChunked = req.headers['transfer-encoding'] !== undefined
  // If the announced length is too long, refuse it before any of it is read.
  if (announced > bytesMax || (announced === 0 && !isChunked)) {
    onArrived(announced > bytesMax ? null : NONE)
    return
  }
  const chunks: Buffer[] = []
  let bytes = 0
  const finish = () => {
    req.off('data', onData).off('end', finish).pause()
    const [first = NONE] = chunks
    onArrived(bytes > bytesMax ? null : chunks.length > 1 ? Buffer.concat(chunks) : first)
  }
  const onData = (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > bytesMax) finish()
  }
  req.on('data', onData).on('end', finish)
}
