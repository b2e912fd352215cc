import {AppError} from '../errors/app-error.ts'
import {isLoopback} from './loopback.ts'

/**
 * Return the proxy for a URL, from `HTTPS_PROXY` and `NO_PROXY`; null for none. The names in lower
 * case take precedence, as in curl. Loopback never goes through a proxy.
 *
 * CONFIG for a proxy that is not an http or https URL: Node would connect directly instead.
 */
export function findProxy(env: Record<string, string | undefined>, url: URL): string | null {
  if (url.protocol !== 'https:' || isLoopback(url.hostname)) return null
  const proxy = (env['https_proxy'] ?? env['HTTPS_PROXY'])?.trim()
  if (!proxy || isExempt(env['no_proxy'] ?? env['NO_PROXY'] ?? '', url)) return null
  // The value may hold a password, so the message does not repeat it.
  const protocol = URL.canParse(proxy) ? new URL(proxy).protocol : ''
  if (protocol === 'http:' || protocol === 'https:') return proxy
  const name = env['https_proxy'] === undefined ? 'HTTPS_PROXY' : 'https_proxy'
  throw new AppError('CONFIG', `${name} is not the URL of an http or https proxy`, {
    hint: `Set ${name} to a URL such as http://proxy.example.com:3128, or unset it`,
  })
}

/**
 * Return whether NO_PROXY names the host: `*`, or names separated by commas or blanks.
 * `example.com` and `.example.com` both include every host below it, as in curl; `host:port` only
 * that port.
 */
function isExempt(noProxy: string, url: URL): boolean {
  const host = url.hostname.toLowerCase()
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true
      const [, name = '', port] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? []
      if (port !== undefined && port !== (url.port || '443')) return false
      return name !== '' && (host === name || host.endsWith(`.${name}`))
    })
}
