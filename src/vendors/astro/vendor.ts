import {isAbsolute, join} from 'node:path'
import type {Vendor} from '../vendor.ts'
import {ASTRO_LIFETIME, ASTRO_PORT} from './api.ts'

const SAME = 'The same as ASTRO_API_TOKEN'

export const ASTRO: Vendor = {
  name: 'astro',
  title: 'Astro',
  tool: {
    credentials: [
      {
        name: 'ASTRO_API_TOKEN',
        meaning: 'A credential for Astro, which this version cannot reach: a command stops unless a context is named',
      },
      {name: 'ASTRONOMER_KEY_ID', meaning: SAME},
      {name: 'ASTRONOMER_KEY_SECRET', meaning: SAME},
    ],
    companions: [{name: 'ASTRO_DOMAIN', meaning: SAME}],
    session: {
      variables: [
        {
          name: 'ASTRO_HOME',
          meaning: 'Folder of the session of the astro binary; a session stops a command as ASTRO_API_TOKEN does',
        },
      ],
      findFile({env, homeFolder}) {
        const folder = env['ASTRO_HOME'] || homeFolder
        return isAbsolute(folder) ? join(folder, '.astro', 'config.yaml') : null
      },
      // Matches a token that is not empty, null or only the word Bearer.
      isSignedIn: (content) => /^\s+token:[ \t]*(?!(?:null|~|["']?(?:Bearer)?[ \t]*["']?)[ \t]*$)\S/m.test(content),
    },
    loadCommands: async () => (await import('./tool-commands.ts')).ASTRO_COMMANDS,
  },
  places: ['organization', 'workspace', 'deployment'],
  lifetime: ASTRO_LIFETIME,
  findCommands: async (token) => (await import('./embedded/token-commands.ts')).findAstroCommands(token),
  openToken: async (...given) => (await import('./embedded/open-token.ts')).openAstroToken(...given),
  loadPolicy: async () => (await import('./embedded/policy.ts')).ASTRO_POLICY,
  hasDirectory: true,
  served: {
    defaultPort: ASTRO_PORT,
    portFlag: 'port',
    required: true,
    load: async () => (await import('./server/dialect.ts')).astroDialect,
    firstCredential: async (...given) => (await import('./server/first-use.ts')).mintOwner(...given),
    hintLines: async (listening) => (await import('./server/first-use.ts')).listHints(listening),
  },
  loadCustomRoles: async () => (await import('./embedded/custom-roles.ts')).ASTRO_CUSTOM_ROLES,
  loadPeople: async () => (await import('./embedded/users.ts')).ASTRO_PEOPLE,
}
