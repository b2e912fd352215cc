// The part of autocannon that the bench uses. The package has no types.
declare module 'autocannon' {
  export interface Options {
    url: string
    connections: number
    /** Seconds. */
    duration: number
    requests: {method: string; path: string; headers?: Record<string, string>; body?: string}[]
    /** Called for each connection before its first request. */
    setupClient?: (client: {setRequests(requests: Options['requests']): void}) => void
  }

  export interface Result {
    requests: {total: number}
    /** Milliseconds. */
    latency: {p50: number; p99: number; max: number}
    /** Seconds. */
    duration: number
    errors: number
    timeouts: number
    non2xx: number
    statusCodeStats: Record<string, {count: number}>
  }

  export default function autocannon(options: Options): Promise<Result>
}
