/**
 * Every environment variable that tokenry reads, and what it does: the text of `tokenry help environment`. A test finds one that is
 * read in the sources and missing here. Those that are not UTF-8 are refused (refuse-undecoded.ts).
 */
export const ENVIRONMENT: Record<string, string> = {
  TOKENRY_HOME: 'Absolute path of the folder for data, settings and cache, in place of those of the platform',
  TOKENRY_CONTEXT: 'Context to work in; --context goes before it',
  TOKENRY_ORGANIZATION_ID: 'Organization to work in, where there are several; --organization-id goes before it',
  TOKENRY_WORKSPACE_ID: 'Workspace to work in, and only deployments of it; --workspace-id goes before it',
  TOKENRY_DEPLOYMENT_ID: 'Deployment to work in; --deployment-id and the value of a token go before it',
  TOKENRY_VERIFY_TOKEN: 'Token for `token verify` and `token inspect`; --token-file goes before it',
  TOKENRY_DATABASE_URL: 'Refused while it is set: this version keeps its tokens in a file of its own',
  TOKENRY_MASTER_KEY: 'Refused while it is set: this version does not seal its store',
  ASTRO_API_TOKEN:
    'A credential of Astro, which this version does not reach: such a command stops unless a context is named',
  ASTRONOMER_KEY_ID: 'The same as ASTRO_API_TOKEN',
  ASTRONOMER_KEY_SECRET: 'The same as ASTRO_API_TOKEN',
  ASTRO_DOMAIN: 'The same as ASTRO_API_TOKEN',
  ASTRO_HOME: 'Folder in which the astro binary keeps its session; a session stops a command as ASTRO_API_TOKEN does',
  _: 'Set by bash, zsh and ksh; if it names nohup, a hangup (SIGHUP) is ignored',
  CI: 'With any value: never ask a question',
  GITHUB_ACTIONS: 'With `true`: mask a new token in the log of the job',
  NO_COLOR: 'With any value: no colour',
  FORCE_COLOR: 'Colour even in a pipe; `0` or `false`: no colour at all',
  TERM: 'With `dumb`: no colour',
  NODE_DISABLE_COMPILE_CACHE: 'Not empty: keep no compiled code, as where every run is the first one',
  DEBUG: 'With `tokenry:*`: details of what goes wrong, on stderr',
  XDG_DATA_HOME: 'Folder for data on Linux, in place of ~/.local/share',
  XDG_CONFIG_HOME: 'Folder for settings on Linux, in place of ~/.config',
  XDG_CACHE_HOME: 'Folder for compiled code on Linux, in place of ~/.cache',
  LOCALAPPDATA: 'Folder for data on Windows',
  APPDATA: 'Folder for settings on Windows',
  HOME: 'Home folder, below which files are kept where no variable above says otherwise',
  USER: 'Name in the audit trail for a user id that this machine does not know',
}
