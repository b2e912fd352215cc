import type {Variable, VendorTool} from './vendor-tool.ts'

/**
 * Return every environment variable that tokenry reads: the text of `tokenry help environment`. A test finds one that is read in
 * the sources and missing here. Those that are not UTF-8 are refused (refuse-undecoded.ts).
 */
export function listVariables(vendors: readonly {readonly tool: VendorTool}[]): Variable[] {
  const tools = vendors.map(({tool}) => tool)
  return [
    ...OURS,
    ...tools.flatMap(({credentials, companions, session}) => [...credentials, ...companions, ...session.variables]),
    ...MACHINE,
  ]
}

const OURS: readonly Variable[] = [
  {
    name: 'TOKENRY_HOME',
    meaning: 'Absolute path of the folder for data, settings and cache, in place of those of the platform',
  },
  {name: 'TOKENRY_CONTEXT', meaning: 'Context to work in; --context takes precedence'},
  {
    name: 'TOKENRY_ORGANIZATION_ID',
    meaning: 'Organization to work in, where there are several; --organization-id takes precedence',
  },
  {
    name: 'TOKENRY_WORKSPACE_ID',
    meaning: 'Workspace to work in, and only deployments of it; --workspace-id takes precedence',
  },
  {
    name: 'TOKENRY_DEPLOYMENT_ID',
    meaning: 'Deployment to work in; --deployment-id and --token-file take precedence',
  },
  {
    name: 'TOKENRY_VERIFY_TOKEN',
    meaning: 'Token for `token verify` and `token inspect`; --token-file takes precedence',
  },
  {
    name: 'TOKENRY_DATABASE_URL',
    meaning: 'Refused while it is set: this version keeps its tokens in a file of its own',
  },
  {name: 'TOKENRY_MASTER_KEY', meaning: 'Refused while it is set: this version does not seal its store'},
]

/** Of the shell, the platform and Node. */
const MACHINE: readonly Variable[] = [
  {name: '_', meaning: 'Set by bash, zsh and ksh; if it names nohup, a hangup (SIGHUP) is ignored'},
  {name: 'CI', meaning: 'With any value: never ask a question'},
  {name: 'GITHUB_ACTIONS', meaning: 'With `true`: mask a new token in the log of the job'},
  {name: 'NO_COLOR', meaning: 'With any value: no colour'},
  {name: 'FORCE_COLOR', meaning: 'Colour even in a pipe; `0` or `false`: no colour at all'},
  {name: 'TERM', meaning: 'With `dumb`: no colour'},
  {
    name: 'NODE_DISABLE_COMPILE_CACHE',
    meaning: 'Not empty: keep no compiled code, as where every run is the first one',
  },
  {name: 'DEBUG', meaning: 'With `tokenry:*`: details of what goes wrong, on stderr'},
  {name: 'XDG_DATA_HOME', meaning: 'Folder for data on Linux, in place of ~/.local/share'},
  {name: 'XDG_CONFIG_HOME', meaning: 'Folder for settings on Linux, in place of ~/.config'},
  {name: 'XDG_CACHE_HOME', meaning: 'Folder for compiled code on Linux, in place of ~/.cache'},
  {name: 'LOCALAPPDATA', meaning: 'Folder for data on Windows'},
  {name: 'APPDATA', meaning: 'Folder for settings on Windows'},
  {name: 'HOME', meaning: 'Home folder, below which files are kept where no variable above says otherwise'},
  {name: 'USER', meaning: 'Name in the audit trail for a user id that this machine does not know'},
]
