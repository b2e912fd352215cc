import {randomBytes} from 'node:crypto'
import type {ServedDialect} from '../../src/vendors/served.ts'
import {plainDialect} from './plain-dialect.ts'

interface MadeUpVendor {
  dialect: ServedDialect
  /** The tokens that `firstCredential` has created. */
  tokens: string[]
}

/**
 * Return a made-up vendor whose API has one route: `GET /NAME/organizations` returns the number of
 * organizations. Its default port is any free one, so that tests can run concurrently.
 */
export function madeUpVendor(name: string, parts: Partial<ServedDialect> = {}): MadeUpVendor {
  const tokens: string[] = []
  const dialect: ServedDialect = {
    name,
    title: name.toUpperCase(),
    defaultPort: 0,
    portFlag: `${name}-port`,
    required: false,
    async load() {
      return (service) =>
        plainDialect({
          routes: [
            {
              path: `/${name}/organizations`,
              handlers: {GET: async (c) => c.json((await service.read.listOrganizations()).length)},
            },
          ],
        })
    },
    async firstCredential(_, owner) {
      const token = randomBytes(16).toString('hex')
      tokens.push(token)
      return {own: {username: owner.id, token}}
    },
    hintLines: async ({port, credentialFile}) => [`Use ${name} at port ${port}, with ${credentialFile ?? 'a token'}`],
    ...parts,
  }
  return {dialect, tokens}
}
