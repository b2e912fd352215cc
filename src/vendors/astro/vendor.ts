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
      isSignedIn,
    },
    loadCommands: async () => (await import('./tool-commands.ts')).ASTRO_COMMANDS,
  },
  places: [
    {key: 'organization', flag: 'organization-id', description: 'Organization that its commands use, by id or name'},
    {key: 'workspace', flag: 'workspace-id', description: 'Workspace that its commands use, by id or name'},
    {key: 'deployment', flag: 'deployment-id', description: 'Deployment that its commands use, by id or name'},
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
  openEmbeddedTokens: async (...given) => (await import('./embedded/open-tokens.ts')).openEmbeddedTokens(...given),
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

/** A key `token` of YAML or JSON, quoted or not. Keys are compared without case. */
const TOKEN_KEY = /(?<![\w-])token["']?\s*:/gi

/** A value that is not a token: null, empty, or only the word Bearer. */
const NO_TOKEN = /^(?:null|~|Bearer|"\s*(?:Bearer\s*)?"|'\s*(?:Bearer\s*)?')/i

/**
 * Return whether the settings of the astro binary hold a token, in any style of YAML. They are not
 * parsed, because that takes longer than a command may. A form that is not recognised counts as a
 * token.
 */
function isSignedIn(content: string): boolean {
  return [...content.matchAll(TOKEN_KEY)].some(({0: key, index}) => {
    const rest = content.slice(index + key.length)
    if (endsHere(rest)) return false
    const value = rest.trimStart()
    const none = NO_TOKEN.exec(value)
    return none === null || !endsHere(value.slice(none[0].length))
  })
}

/** Return whether a value ends here: at the end, at a bracket, or before the next key. */
function endsHere(text: string): boolean {
  const next = text.trimStart()
  if (next === '' || /^[,}\]]/.test(next)) return true
  const gap = text.slice(0, text.length - next.length)
  return gap.includes('\n') && /^["']?[\w.-]+["']?\s*:/.test(next)
}
