import {isAbsolute, join} from 'node:path'
import type {Variable} from '../../config/vendor-tool.ts'
import type {Vendor} from '../vendor.ts'
import {MOTHERDUCK_LIFETIME, MOTHERDUCK_PORT} from './api.ts'

const OTHER_SPELLING = 'Another spelling of the variable above'

/** In the order of contracts/motherduck.md, section 6. */
const CREDENTIALS: readonly Variable[] = [
  {
    name: 'MOTHERDUCK_ADMIN_TOKEN',
    meaning: 'Token of an Admin of MotherDuck: commands go to MotherDuck unless a context is named',
  },
  {name: 'motherduck_token', meaning: 'Token for MotherDuck, if the variable above is not set'},
  {name: 'MOTHERDUCK_TOKEN', meaning: OTHER_SPELLING},
  {name: 'motherduck_api_key', meaning: 'Token for MotherDuck, if none of the variables above is set'},
  {name: 'MOTHERDUCK_API_KEY', meaning: OTHER_SPELLING},
]

export const MOTHERDUCK: Vendor = {
  name: 'motherduck',
  title: 'MotherDuck',
  tool: {
    credentials: CREDENTIALS,
    companions: [
      {
        name: 'MOTHERDUCK_API_BASE_URL',
        meaning:
          'Where MotherDuck is, with a token: a domain of MotherDuck, or this machine (default: https://api.motherduck.com)',
      },
    ],
    session: {
      variables: [
        {
          name: 'MOTHERDUCK_HOME',
          meaning:
            'Folder of the session of the motherduck command line (default: ~/.motherduck); without a token for MotherDuck a session stops a command until a context is named',
        },
      ],
      findFile({env, homeFolder}) {
        const folder = env['MOTHERDUCK_HOME'] || join(homeFolder, '.motherduck')
        return isAbsolute(folder) ? join(folder, 'credentials.json') : null
      },
      useLine: 'export MOTHERDUCK_TOKEN=TOKEN',
      // The form of the file is not documented. Every token begins so.
      isSignedIn: (content) => content.includes('eyJ'),
    },
  },
  places: [{key: 'user', flag: 'user', description: 'User whose tokens its commands use'}],
  loadApi: async () => (await import('./vendor-api.ts')).MOTHERDUCK_API,
  lifetime: MOTHERDUCK_LIFETIME,
  findCommands: async (...given) => (await import('./embedded/token-commands.ts')).findMotherDuckCommands(...given),
  openToken: async (...given) => (await import('./embedded/open-token.ts')).openMotherDuckToken(...given),
  openEmbeddedTokens: async (...given) => (await import('./embedded/open-tokens.ts')).openEmbeddedTokens(...given),
  loadPolicy: async () => (await import('./embedded/policy.ts')).MOTHERDUCK_POLICY,
  hasDirectory: false,
  createMember: async (...given) => (await import('./embedded/create-member.ts')).createMotherDuckMember(...given),
  served: {
    defaultPort: MOTHERDUCK_PORT,
    portFlag: 'motherduck-port',
    required: false,
    load: async () => (await import('./server/dialect.ts')).motherDuckDialect,
    firstCredential: async (...given) => (await import('./server/first-use.ts')).mintAdmin(...given),
    hintLines: async (listening) => (await import('./server/first-use.ts')).listHints(listening),
  },
  seed: async (...given) => (await import('./embedded/seed.ts')).seedMotherDuck(...given),
}
