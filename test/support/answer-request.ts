import type {ListenerOptions} from '../../src/service/http/node-listener.ts'

/** Return the response to a request, as a listener would get it, but without a socket. */
export async function answerRequest(
  {answer, bodyBytesMax}: Pick<ListenerOptions, 'answer' | 'bodyBytesMax'>,
  request: Request,
  target: string,
): Promise<Response> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  const headers = Object.fromEntries(request.headers)
  return answer(request, {target, headers, body: bytes.length > bodyBytesMax ? null : bytes})
}
