import {newUuid} from '../../src/lib/ids.ts'
import {createHandlers, type RequestLog} from '../../src/service/http/app.ts'
import {type HttpServer, listenOnLoopback} from '../../src/service/http/node.ts'
import type {ListenerOptions} from '../../src/service/http/node-listener.ts'
import {serviceRoutes} from '../../src/service/http/service-routes.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import {astroDialect} from '../../src/vendors/astro/server/dialect.ts'

interface ServeOptions {
  /** Epoch milliseconds. */
  now(): number
  log?: RequestLog
}

/** Return what a listener needs to serve the Astro API of a service. */
export function createAstroHandlers(service: TokenService, {now, log = () => {}}: ServeOptions): ListenerOptions {
  return createHandlers({
    dialect: astroDialect(service, now),
    own: serviceRoutes(service),
    hosts: new Set(['localhost', '127.0.0.1']),
    newRequestId: newUuid,
    log,
  })
}

/** Serve the Astro API of a service on a free port of this machine. */
export function serveAstro(service: TokenService, options: ServeOptions): Promise<HttpServer> {
  return listenOnLoopback({...createAstroHandlers(service, options), port: 0})
}
