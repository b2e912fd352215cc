import type {MotherDuckApi} from '../../../../src/vendors/motherduck/api.ts'
import {openTestMotherDuck} from '../../../support/motherduck-client.ts'
import type {MotherDuckHttp} from '../../../support/motherduck-http.ts'
import {isMethod, type MotherDuckStack, type OnClose} from '../suite/target.ts'

/** The HTTP client, over a socket, with the server and the embedded adapter behind it. */
export const CLIENT: MotherDuckStack = {
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
    return new Proxy({} as MotherDuckApi, {get: (_, name) => (isMethod(name) ? call(name) : undefined)})
  },
}

async function open(service: MotherDuckHttp, credential: string, onClose: OnClose): Promise<MotherDuckApi> {
  const server = await service.listen()
  const client = await openTestMotherDuck(new URL(`http://127.0.0.1:${server.port}`), credential)
  onClose(async () => {
    client.close()
    await server.stop(0)
  })
  return client
}
