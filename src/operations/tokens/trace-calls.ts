interface TraceOptions {
  /** The name of the vendor. */
  name: string
  /** Methods whose arguments are secrets. */
  secretMethods: ReadonlySet<string>
  trace(line: string): Promise<void>
}

/**
 * Return an API that traces every call before it is made. Results are not traced: they may be
 * secrets.
 */
export function traceCalls<Api extends object>(api: Api, {name, secretMethods, trace}: TraceOptions): Api {
  return new Proxy(api, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key)
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        const shown = args.map((arg) => (secretMethods.has(String(key)) ? '[token]' : JSON.stringify(arg)))
        await trace(`${name} ${String(key)} ${shown.join(' ')}`)
        return method.apply(target, args)
      }
    },
  })
}
