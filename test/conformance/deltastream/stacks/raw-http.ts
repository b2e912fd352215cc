import {expect} from 'chai'
import * as z from 'zod'
import {AppError} from '../../../../src/errors/app-error.ts'
import type {DeltaStreamApi} from '../../../../src/vendors/deltastream/api.ts'
import type {DeltaStreamHttp} from '../../../support/deltastream-http.ts'
import {ERROR, RESULT_SET, VERSION} from '../answers.ts'
import type {DeltaStreamStack} from '../suite/target.ts'

/** Requests as a client writes them that has read only the published description of the API. */
export const RAW_HTTP: DeltaStreamStack = {title: 'raw HTTP', connect: rawHttpApi}

function rawHttpApi(service: DeltaStreamHttp, secret: string): DeltaStreamApi {
  async function send<Schema extends z.ZodType>(
    [method, path]: [method: string, path: string],
    schema: Schema,
    body?: unknown,
  ): Promise<z.infer<Schema>> {
    const answer = await service.call(method, path, {as: secret, ...(body === undefined ? {} : {body})})
    expect(answer.headers.get('content-type'), path).to.equal('application/json')
    if (answer.status !== 200) throw toError(answer.status, answer.body)
    const {success, error, data} = schema.safeParse(answer.body)
    if (!success) throw new Error(`${method} ${path}: ${z.prettifyError(error)}`)
    return data
  }
  return {
    run: async (request) => (await send(['POST', '/v2/statements'], RESULT_SET, request)) as never,
    getVersion: () => send(['GET', '/v2/version'], VERSION),
  }
}

function toError(status: number, body: unknown): AppError {
  const {message} = ERROR.parse(body)
  return new AppError(status === 403 ? 'UNAUTHENTICATED' : 'INTERNAL', message, {
    hint: 'It is the service that refuses',
  })
}
