/** The system's short code of an error (`EPIPE`, `ENOSPC` …), or an empty text. */
export function readSystemCode(err: unknown): string {
  return err instanceof Error && 'code' in err && typeof err.code === 'string' ? err.code : ''
}

/** A write after the reader went away fails with EPIPE, every later one because the stream is destroyed. */
export function isClosedPipe(err: unknown): boolean {
  return ['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET'].includes(readSystemCode(err))
}

/** Why a write failed, fit for a message: it never holds what was written. */
export function readReason(err: unknown): string {
  const code = readSystemCode(err)
  if (isClosedPipe(err)) return 'the reader closed the pipe (EPIPE)'
  if (code === 'ENOSPC') return 'no space left on device (ENOSPC)'
  if (code === 'EDQUOT') return 'the quota of the disk is used up (EDQUOT)'
  if (code === 'EIO') return 'the disk failed (EIO)'
  if (code === 'EEXIST') return 'the file appeared meanwhile (EEXIST)'
  return code || 'the write failed'
}
