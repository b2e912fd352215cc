import type {HttpMachine, Method} from './http.ts'

/** Wait until another request of this method may be sent. */
export type Pace = (method: Method) => Promise<void>

/** Return a pace that sends no more than so many requests of one method in any second. */
export function createPace(
  perSecondMax: Readonly<Partial<Record<Method, number>>>,
  {now, pause}: Pick<HttpMachine, 'now' | 'pause'>,
): Pace {
  const sentAt: Partial<Record<Method, number[]>> = {}
  return async (method) => {
    const max = perSecondMax[method]
    if (max === undefined) return
    const recent = (sentAt[method] ?? []).slice(-max)
    const [oldest] = recent
    const waitMs = recent.length < max || oldest === undefined ? 0 : oldest + 1000 - now()
    // A clock that was set back must not stop the command.
    if (waitMs > 0) await pause(Math.min(waitMs, 1000))
    sentAt[method] = [...recent, now()]
  }
}
