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
        meaning:
          'A credential of Astro, which this version does not reach: such a command stops unless a context is named',
      },
      {name: 'ASTRONOMER_KEY_ID', meaning: SAME},
      {name: 'ASTRONOMER_KEY_SECRET', meaning: SAME},
    ],
    companions: [{name: 'ASTRO_DOMAIN', meaning: SAME}],
    session: {
      variables: [
        {
          name: 'ASTRO_HOME',
          meaning:
            'Folder in which the astro binary keeps its session; a session stops a command as ASTRO_API_TOKEN does',
        },
      ],
      findFile({env, homeFolder}) {
        const folder = env['ASTRO_HOME'] || homeFolder
        return isAbsolute(folder) ? join(folder, '.astro', 'config.yaml') : null
      },
      // A token that is there, and more than nothing, null or the bare word Bearer.
      isSignedIn: (content) => /^\s+token:[ \t]*(?!(?:null|~|["']?(?:Bearer)?[ \t]*["']?)[ \t]*$)\S/m.test(content),
    },
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
