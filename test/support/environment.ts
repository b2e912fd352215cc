import {VENDORS} from '../../src/vendors/index.ts'
import {removeTempFolders, removeTempFoldersOfFile} from './temp-folder.ts'

/** In any case, such as `motherduck_token`. */
const VARIABLES = new Set(
  VENDORS.flatMap(({tool}) => [...tool.credentials, ...tool.companions, ...tool.session.variables]).map(
    ({name}) => name,
  ),
)

// Tests must not see the machine that they run on: no vendor credential, no settings, no colour or CI switch.
// ASTRO_BIN is ours: it names a client to test with.
for (const name of Object.keys(process.env)) {
  if (name !== 'ASTRO_BIN' && (VARIABLES.has(name) || /^(TOKENRY|ASTRO|ASTRONOMER)_/.test(name))) {
    delete process.env[name]
  }
}
// A umask that lets the group write is usual on some systems, and tokenry trusts nothing that was
// made with it.
process.umask(0o022)
for (const name of ['CI', 'GITHUB_ACTIONS', 'NO_COLOR', 'FORCE_COLOR', 'DEBUG', 'COLUMNS']) delete process.env[name]

/** Read by mocha, for every file that it runs. */
export const mochaHooks = {afterEach: removeTempFolders, afterAll: removeTempFoldersOfFile}
