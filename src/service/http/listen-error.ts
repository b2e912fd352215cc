import {readSystemCode} from '../../lib/system-error.ts'

export type ListenProblem = 'port in use' | 'port not allowed' | 'address absent' | 'other'

/** The reason why a service cannot listen. */
export class ListenError extends Error {
  readonly problem: ListenProblem
  readonly host: string
  readonly port: number
  /** The error code of the system, such as EADDRINUSE. */
  readonly code: string

  constructor(cause: Error, {host, port}: {host: string; port: number}) {
    super(`Cannot listen on ${host}, port ${port}`, {cause})
    this.code = readSystemCode(cause)
    this.problem = PROBLEMS[this.code] ?? 'other'
    this.host = host
    this.port = port
  }
}

const PROBLEMS: Record<string, ListenProblem> = {
  EADDRINUSE: 'port in use',
  EACCES: 'port not allowed',
  EADDRNOTAVAIL: 'address absent',
  EAFNOSUPPORT: 'address absent',
  EPROTONOSUPPORT: 'address absent',
  EINVAL: 'address absent',
}
