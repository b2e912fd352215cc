import {type Handler, Hono} from 'hono'
import {readBody} from './body.ts'
import type {Dialect, Exchange, RequestEnv, Route} from './dialect.ts'
import {HttpRefusal, UnroutedRefusal} from './failure.ts'

export type Router = (request: Request, exchange: Exchange) => Promise<Response>

/**
 * Create the function that runs the route of a path. It rejects with what a route throws, and with
 * an HttpRefusal for an unknown path or method.
 */
export function createRouter({routes, bodyBytesMax}: Pick<Dialect, 'routes' | 'bodyBytesMax'>): Router {
  const app = new Hono<RequestEnv>({getPath: (_, options) => options?.env?.path ?? ''})
  for (const route of routes) addRoute(app, route, bodyBytesMax)
  app.notFound(() => {
    throw new UnroutedRefusal()
  })
  app.onError((err) => {
    throw err
  })
  return async (request, exchange) => app.fetch(request, exchange)
}

function addRoute(app: Hono<RequestEnv>, {path, handlers}: Route, bodyBytesMax: number): void {
  for (const [method, handler] of Object.entries(handlers)) {
    app.on(method, path, method === 'GET' ? handler : withBody(handler, bodyBytesMax))
  }
  const allowed = Object.keys(handlers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  app.all(path, ({req}) => {
    throw new HttpRefusal(405, `${req.method} is not allowed at this path`, {Allow: allowed.join(', ')})
  })
}

/** Check the body before the handler runs, even if the handler does not read it. */
function withBody(handler: Handler<RequestEnv>, bodyBytesMax: number): Handler<RequestEnv> {
  return (c, next) => {
    c.set('body', readBody(c, bodyBytesMax))
    return handler(c, next)
  }
}
