import type {IncomingMessage} from 'node:http'

const NONE = Buffer.alloc(0)

/**
 * Call `onArrived` when the body of a request has arrived completely, or is longer than `bytesMax`.
 * It is not called if the body breaks off. The body is stored as `rawBody`, where @hono/node-server
 * reads it. If the body is too long, only enough of it is kept to show that.
 */
export function receiveBody(
  req: IncomingMessage,
  {bytesMax, onArrived}: {bytesMax: number; onArrived: () => void},
): void {
  const hand = (rawBody: Buffer) => {
    Object.assign(req, {rawBody})
    onArrived()
  }
  const announced = Number(req.headers['content-length'] ?? 0)
  const isChunked = req.headers['transfer-encoding'] !== undefined
  // If the announced length is too long, refuse it before any of it is read.
  if ((announced === 0 && !isChunked) || announced > bytesMax) {
    hand(NONE)
    return
  }
  const chunks: Buffer[] = []
  let bytes = 0
  const finish = () => {
    req.off('data', onData).off('end', finish).pause()
    hand(Buffer.concat(chunks))
  }
  const onData = (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > bytesMax) finish()
  }
  req.on('data', onData).on('end', finish)
}
