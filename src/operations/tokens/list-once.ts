interface ListOptions {
  /** Called if the list changed while it was read. */
  onUnstable?: (() => void) | undefined
  everywhere?: boolean | undefined
}

interface Listing {
  port: {list(options?: ListOptions): Promise<unknown[]>}
}

/**
 * Return the access with a list that is read only once, for looking up several tokens. Use it for
 * nothing else: a change does not show in this list. A list that could not be read is read again.
 */
export function listOnce<Access extends Listing>(access: Access): Access {
  const {port} = access
  let first: Promise<unknown[]> | undefined
  let isStable = true
  const onUnstable = () => {
    isStable = false
  }
  const list = async (options: ListOptions = {}): Promise<unknown[]> => {
    if (options.everywhere) return port.list(options)
    first ??= port.list({onUnstable})
    try {
      const tokens = await first
      if (!isStable) options.onUnstable?.()
      return tokens
    } catch (err) {
      first = undefined
      throw err
    }
  }
  return {...access, port: {...port, list}}
}
