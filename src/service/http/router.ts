import {type Handler, Hono} from 'hono'
import {createBodyReader, type ReadBody} from './body.ts'
import type {Dialect, Exchange, RequestEnv, Route} from './dialect.ts'
import {HttpRefusal, UnroutedRefusal} from './failure.ts'

export type Router = (request: Request, exchange: Exchange) => Promise<Response>

/**
 * Create the function that runs the route of a path. It rejects with what a route throws, and with
 * an HttpRefusal for an unknown path or method.
 */
export function createRouter({routes, bodyBytesMax}: Pick<Dialect, 'routes' | 'bodyBytesMax'>): Router {
  const app = new Hono<RequestEnv>({getPath: (_, options) => options?.env?.path ?? ''})
  const readBody = createBodyReader(bodyBytesMax)
  for (const route of routes) addRoute(app, route, readBody)
  app.notFound(() => {
    throw new UnroutedRefusal()
  })
  app.onError((err) => {
    throw err
  })
  return async (request, exchange) => app.fetch(request, exchange)
}

function addRoute(app: Hono<RequestEnv>, {path, handlers}: Route, readBody: ReadBody): void {
  for (const [method, handler] of Object.entries(handlers)) {
    app.on(method, path, method === 'GET' ? handler : withBody(handler, readBody))
  }
  const allowed = Object.keys(handlers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  app.all(path, ({req}) => {
    throw new HttpRefusal(405, `${req.method} is not allowed at this path`, {Allow: allowed.join(', ')})
  })
}

/**
 * Run the handler only after the body has arrived. A request that was cut off must not change
 * anything, even if its handler does not read the body.
 */
function withBody(handler: Handler<RequestEnv>, readBody: ReadBody): Handler<RequestEnv> {
  return async (c, next) => {
    c.set('body', await readBody(c))
    return handler(c, next)
  }
}
