import type {AstroApi} from '../../src/vendors/astro/api.ts'

/**
 * Return an API that passes every call on to the given one, and the list of its calls: the method,
 * then the arguments after the organization.
 */
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
