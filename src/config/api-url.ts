import {AppError} from '../errors/app-error.ts'
import {isLoopback} from './loopback.ts'

/**
 * Return the base URL that a person typed for an API, without a slash at the end. CONFIG unless it
 * is https, or http on this machine: a credential is sent there. CONFIG too for a URL with a user,
 * a query or a fragment.
 */
export function readApiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  // The text may hold a password, so messages name the host only.
  if (!url || !isHttp) throw refuse('The URL is not an https URL')
  if (url.username || url.password) throw refuse(`The URL at ${url.host} holds a user or a password`)
  if (url.search || url.hash) throw refuse(`The URL at ${url.host} has a query or a fragment`)
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw refuse(`The URL at ${url.host} is http, so a credential would be readable on its way`)
  }
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

function refuse(message: string): AppError {
  return new AppError('CONFIG', message, {
    hint: 'Give the whole base URL, such as https://api.example.com/v1; http is for this machine only',
  })
}
