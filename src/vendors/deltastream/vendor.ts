import type {Variable} from '../../config/vendor-tool.ts'
import type {Vendor} from '../vendor.ts'
import {DELTASTREAM_LIFETIME, DELTASTREAM_PORT} from './api.ts'

const OTHER_SPELLING = 'Token for DeltaStream, if none of the variables above is set'

/** In the order of contracts/deltastream.md, section 5.1. */
const CREDENTIALS: readonly Variable[] = [
  {
    name: 'DS_TOKEN',
    meaning: 'API token of DeltaStream: commands go to DeltaStream unless a context is named',
  },
  {name: 'DELTASTREAM_TOKEN', meaning: 'Token for DeltaStream, if the variable above is not set'},
  {name: 'DELTASTREAM_API_KEY', meaning: OTHER_SPELLING},
  {name: 'DELTASTREAM_API_TOKEN', meaning: OTHER_SPELLING},
  {name: 'DELTASTREAM_AUTH_TOKEN', meaning: OTHER_SPELLING},
]

export const DELTASTREAM: Vendor = {
  name: 'deltastream',
  title: 'DeltaStream',
  tool: {
    credentials: CREDENTIALS,
    companions: [
      {
        name: 'DS_ENDPOINT',
        meaning:
          'Where DeltaStream is, with a token: a domain of DeltaStream, or this machine, with or without /statements (default: https://api.deltastream.io/v2)',
      },
    ],
    // It is not documented that its tool stores a session.
    session: {variables: [], findFile: () => null, useLine: 'export DS_TOKEN=TOKEN', isSignedIn: () => false},
  },
  places: [
    {key: 'organization', flag: 'organization', description: 'Organization in which its commands work: name or id'},
    {key: 'role', flag: 'role', description: 'Role of the session of its commands'},
    {key: 'database', flag: 'database', description: 'Database in which its statements look names up'},
    {key: 'schema', flag: 'schema', description: 'Schema in which its statements look names up'},
    {key: 'store', flag: 'store', description: 'Store in which its statements look names up'},
  ],
  loadApi: async () => (await import('./vendor-api.ts')).DELTASTREAM_API,
  lifetime: DELTASTREAM_LIFETIME,
  findCommands: async (...given) => (await import('./embedded/token-commands.ts')).findDeltaStreamCommands(...given),
  openToken: async (...given) => (await import('./embedded/open-token.ts')).openDeltaStreamToken(...given),
  openEmbeddedTokens: async (...given) => (await import('./embedded/open-tokens.ts')).openEmbeddedTokens(...given),
  loadPolicy: async () => (await import('./embedded/policy.ts')).DELTASTREAM_POLICY,
  hasDirectory: false,
  served: {
    defaultPort: DELTASTREAM_PORT,
    basePath: '/v2',
    portFlag: 'deltastream-port',
    required: false,
    load: async () => (await import('./server/dialect.ts')).deltaStreamDialect,
    firstCredential: async (...given) => (await import('./server/first-use.ts')).mintFirst(...given),
    hintLines: async (listening) => (await import('./server/first-use.ts')).listHints(listening),
  },
  seed: async (...given) => (await import('./embedded/seed.ts')).seedDeltaStream(...given),
}
