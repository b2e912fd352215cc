import type {DeltaStreamApi} from '../../../../src/vendors/deltastream/api.ts'
import {openTestDeltaStream} from '../../../support/deltastream-client.ts'
import type {DeltaStreamHttp} from '../../../support/deltastream-http.ts'
import type {DeltaStreamStack, OnClose} from '../suite/target.ts'

/** The HTTP client, over a socket, with the server and the embedded adapter behind it. */
export const CLIENT: DeltaStreamStack = {
  title: 'the HTTP client and the server',
  connect(service, secret, onClose) {
    let opening: Promise<DeltaStreamApi> | undefined
    const opened = () => {
      opening ??= open(service, secret, onClose)
      return opening
    }
    return {
      run: async (request) => (await opened()).run(request),
      getVersion: async () => (await opened()).getVersion(),
    }
  },
}

async function open(service: DeltaStreamHttp, credential: string, onClose: OnClose): Promise<DeltaStreamApi> {
  const server = await service.listen()
  const client = await openTestDeltaStream(new URL(`http://127.0.0.1:${server.port}/v2`), credential)
  onClose(async () => {
    client.close()
    await server.stop(0)
  })
  return client
}
