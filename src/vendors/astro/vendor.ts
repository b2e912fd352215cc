import {isAbsolute, join} from 'node:path'
import type {Vendor} from '../vendor.ts'
import {ASTRO_LIFETIME, ASTRO_PORT} from './api.ts'

const KEY = 'A Deployment API key, which Astro no longer has: refused without ASTRO_API_TOKEN'

export const ASTRO: Vendor = {
  name: 'astro',
  title: 'Astro',
  tool: {
    credentials: [
      {
        name: 'ASTRO_API_TOKEN',
        meaning: 'API token for Astro: commands go to Astro unless a context is named',
      },
    ],
    companions: [
      {
        name: 'ASTRO_DOMAIN',
        meaning:
          'Where Astro is, with ASTRO_API_TOKEN: a domain of Astronomer, or localhost:PORT (default: astronomer.io)',
      },
      {name: 'ASTRONOMER_KEY_ID', meaning: KEY},
      {name: 'ASTRONOMER_KEY_SECRET', meaning: KEY},
    ],
    session: {
      variables: [
        {
          name: 'ASTRO_HOME',
          meaning:
            'Folder of the session of the astro binary; without ASTRO_API_TOKEN a session stops a command until a context is named',
        },
      ],
      findFile({env, homeFolder}) {
        const folder = env['ASTRO_HOME'] || homeFolder
        return isAbsolute(folder) ? join(folder, '.astro', 'config.yaml') : null
      },
      useLine: 'export ASTRO_API_TOKEN="$(astro auth token)"',
      // Matches a token that is not empty, null or only the word Bearer.
      isSignedIn: (content) => /^\s+token:[ \t]*(?!(?:null|~|["']?(?:Bearer)?[ \t]*["']?)[ \t]*$)\S/m.test(content),
    },
    loadCommands: async () => (await import('./tool-commands.ts')).ASTRO_COMMANDS,
  },
  places: [
    {key: 'organization', flag: 'organization-id', description: 'Organization that its commands use'},
    {key: 'workspace', flag: 'workspace-id', description: 'Workspace that its commands use'},
    {key: 'deployment', flag: 'deployment-id', description: 'Deployment that its commands use'},
  ],
  loadApi: async () => (await import('./vendor-api.ts')).ASTRO_API,
  importContext: {
    flag: 'from-astro',
    description: 'Take domain, organization and workspace from the current context of the astro command line',
    read: async (source) => (await import('./import-context.ts')).importAstroContext(source),
  },
  lifetime: ASTRO_LIFETIME,
  findCommands: async (_, token) => (await import('./embedded/token-commands.ts')).findAstroCommands(token),
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
