interface TraceOptions {
  /** Of the vendor. */
  name: string
  /** Methods whose arguments are secrets. */
  secretMethods: ReadonlySet<string>
  trace(line: string): Promise<void>
}

/** Trace every call of an API before it is made. What comes out may be a secret, and is not traced. */
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
