import type {AstroApi} from '../../../../src/vendors/astro/api.ts'
import {openTestClient} from '../../../support/astro-client.ts'
import type {AstroHttp} from '../../../support/astro-http.ts'
import type {AstroStack, OnClose} from '../suite/target.ts'

/** The HTTP client, over a socket, with the server and the embedded adapter behind it. */
export const CLIENT: AstroStack = {
  title: 'the HTTP client and the server',
  connect(service, secret, onClose) {
    let opening: ReturnType<typeof open> | undefined
    const call =
      (name: string) =>
      async (...args: unknown[]) => {
        opening ??= open(service, secret, onClose)
        const client = await opening
        const method = Reflect.get(client, name) as (...args: unknown[]) => unknown
        return method.apply(client, args)
      }
    return new Proxy({} as AstroApi, {get: (_, name) => (typeof name === 'string' ? call(name) : undefined)})
  },
}

async function open(service: AstroHttp, credential: string, onClose: OnClose): Promise<AstroApi> {
  const server = await service.listen()
  const client = await openTestClient(new URL(`http://127.0.0.1:${server.port}/v1`), credential)
  onClose(async () => {
    client.close()
    await server.stop(0)
  })
  return client
}
