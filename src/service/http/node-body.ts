import type {IncomingMessage} from 'node:http'

const NONE = Buffer.alloc(0)

/**
 * Call `onArrived` when the body of a request has arrived completely, or is longer than `bytesMax`. It is kept as `rawBody`, where
 * @hono/node-server looks for it; of a body that is too long, only so much that its length says so. Never called for a body that
 * breaks off.
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
  // Too long for certain: refused before any of it is read.
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
