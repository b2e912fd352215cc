import {describeError} from '../../src/errors/describe.ts'
import {openHttpClient} from '../../src/vendors/http.ts'

// Send one mint to the URL of the first argument, and print what came out as JSON.
const [, , url = ''] = process.argv
try {
  const client = await openHttpClient(
    {
      name: 'acme',
      title: 'Acme',
      headers: {},
      refusesBusyMint: true,
      perSecondMax: {},
      readError: () => null,
    },
    {baseUrl: new URL(url), credential: 'secret', credentialSource: 'ACME_TOKEN'},
    {
      env: process.env,
      now: () => Date.now(),
      pause: async () => {},
      refuseWhenStopped: () => {},
      random: () => 0,
      timeoutMs: Number(process.env['SEND_TIMEOUT_MS'] ?? 5000),
    },
  )
  const read = (body: unknown) => (body as {thing: string}).thing
  const result = await client.send({method: 'POST', path: ['things'], body: {}, mints: true, read})
  process.stdout.write(JSON.stringify({result}))
} catch (err) {
  const {code, message, hint} = describeError(err)
  process.stdout.write(JSON.stringify({code, message: `${message} ${hint}`}))
}
