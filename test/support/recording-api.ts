import type {AstroApi} from '../../src/vendors/astro/api.ts'

/** An API that does what the given one does, and every call that it got: the method, then what came after the organization. */
export function recordingApi(api: AstroApi): {api: AstroApi; calls: unknown[][]} {
  const calls: unknown[][] = []
  const recorder = new Proxy(api, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return (organizationId: unknown, ...args: unknown[]) => {
        calls.push([name, ...args])
        return method.call(target, organizationId, ...args)
      }
    },
  })
  return {api: recorder, calls}
}
