/**
 * Return whether a URL's `hostname` is this machine. A name that only ends in `localhost` is not.
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
