import {VENDORS} from '../../src/vendors/index.ts'
import {removeTempFolders, removeTempFoldersOfFile} from './temp-folder.ts'

/** The variables of the vendors' tools. A name may be in lower case, such as `motherduck_token`. */
const VARIABLES = new Set(
  VENDORS.flatMap(({tool}) => [...tool.credentials, ...tool.companions, ...tool.session.variables]).map(
    ({name}) => name,
  ),
)

// Tests must not see the machine that they run on: no vendor credential, no settings, no colour or
// CI switch. ASTRO_BIN is the exception: it names a client to test with.
for (const name of Object.keys(process.env)) {
  if (
    name !== 'ASTRO_BIN' &&
    (VARIABLES.has(name) || /^(TOKENRY|ASTRO|ASTRONOMER|MOTHERDUCK|motherduck|DS|DELTASTREAM)_/.test(name))
  ) {
    delete process.env[name]
  }
}
// On some systems the usual umask lets the group write. tokenry does not trust files that were
// created with such a umask.
process.umask(0o022)
for (const name of ['CI', 'GITHUB_ACTIONS', 'NO_COLOR', 'FORCE_COLOR', 'DEBUG', 'COLUMNS']) delete process.env[name]

/** Hooks that mocha runs for every test file. */
export const mochaHooks = {afterEach: removeTempFolders, afterAll: removeTempFoldersOfFile}
