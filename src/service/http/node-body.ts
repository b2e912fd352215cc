import type {IncomingMessage} from 'node:http'
import {BODY_BYTES_MAX} from './body.ts'

const NONE = Buffer.alloc(0)

/**
 * Call `onArrived` when the body of a request has arrived completely, or is longer than it may be. It is kept as `rawBody`, where
 * @hono/node-server looks for it; of a body that is too long, only so much that its length says so. Never called for a body that
 * breaks off.
 */
export function receiveBody(req: IncomingMessage, onArrived: () => void): void {
  const hand = (rawBody: Buffer) => {
    Object.assign(req, {rawBody})
    onArrived()
  }
  const announced = Number(req.headers['content-length'] ?? 0)
  const isChunked = req.headers['transfer-encoding'] !== undefined
  // Too long for certain: refused before any of it is read.
  if ((announced === 0 && !isChunked) || announced > BODY_BYTES_MAX) {
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
    if (bytes > BODY_BYTES_MAX) finish()
  }
  req.on('data', onData).on('end', finish)
}
