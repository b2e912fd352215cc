/** Return the system's short code of an error (`EPIPE`, `ENOSPC` …), or an empty text. */
export function readSystemCode(err: unknown): string {
  return err instanceof Error && 'code' in err && typeof err.code === 'string' ? err.code : ''
}

/**
 * Return whether a write failed because the reader closed the pipe. The first such write fails with
 * EPIPE; every later one fails because the stream is destroyed.
 */
export function isClosedPipe(err: unknown): boolean {
  return ['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET'].includes(readSystemCode(err))
}

/** Return why a write failed, for a message. The text never holds what was written. */
export function readReason(err: unknown): string {
  const code = readSystemCode(err)
  if (isClosedPipe(err)) return 'the reader closed the pipe (EPIPE)'
  if (code === 'ENOSPC') return 'no space left on device (ENOSPC)'
  if (code === 'EDQUOT') return 'the disk quota is used up (EDQUOT)'
  if (code === 'EIO') return 'the disk failed (EIO)'
  if (code === 'EEXIST') return 'another program created the file in the meantime (EEXIST)'
  return code || 'the write failed'
}
