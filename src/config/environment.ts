import type {Variable, VendorTool} from './vendor-tool.ts'

/**
 * Return every environment variable that tokenry reads, for `tokenry help environment`. A test
 * fails if the sources read a variable that is missing here. A variable that is not UTF-8 is
 * refused (refuse-undecoded.ts).
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
    meaning: 'Absolute path of the folder for data, settings and cache, instead of the folders of the platform',
  },
  {name: 'TOKENRY_CONTEXT', meaning: 'Context to use; --context takes precedence'},
  {
    name: 'TOKENRY_ORGANIZATION_ID',
    meaning: 'Organization to use (default: the only one); --organization-id takes precedence',
  },
  {
    name: 'TOKENRY_WORKSPACE_ID',
    meaning: 'Workspace to use, which limits the choice of deployments; --workspace-id takes precedence',
  },
  {
    name: 'TOKENRY_DEPLOYMENT_ID',
    meaning: 'Deployment to use; --deployment-id and --token-file take precedence',
  },
  {
    name: 'TOKENRY_VERIFY_TOKEN',
    meaning: 'Token for `token verify` and `token inspect`; --token-file takes precedence',
  },
  {
    name: 'TOKENRY_DATABASE_URL',
    meaning: 'Refused if it is set: this version keeps its tokens in its own file',
  },
  {
    name: 'TOKENRY_HTTP_TIMEOUT',
    meaning: 'Seconds that one request to a vendor may take, such as 30, the default, or 2.5',
  },
  {name: 'TOKENRY_MASTER_KEY', meaning: 'Refused if it is set: this version does not encrypt its store'},
]

/** Variables of the shell, the platform and Node. */
const MACHINE: readonly Variable[] = [
  {name: '_', meaning: 'Set by bash, zsh and ksh; if it names nohup, a hangup (SIGHUP) is ignored'},
  {name: 'HTTPS_PROXY', meaning: 'Proxy for requests to a vendor: an http or https URL; https_proxy takes precedence'},
  {name: 'NO_PROXY', meaning: 'Hosts without the proxy, separated by commas; no_proxy takes precedence'},
  {name: 'NODE_EXTRA_CA_CERTS', meaning: 'File with more certificates to trust, in PEM; Node reads it'},
  {name: 'CI', meaning: 'With any value: never ask a question, and never open the keychain'},
  {name: 'GITHUB_ACTIONS', meaning: 'With `true`: mask a new token in the log of the job'},
  {name: 'NO_COLOR', meaning: 'With any value: no colour'},
  {name: 'FORCE_COLOR', meaning: 'Colour even in a pipe; `0` or `false`: no colour at all'},
  {name: 'TERM', meaning: 'With `dumb`: no colour, and questions and answers are plain lines'},
  {name: 'COLUMNS', meaning: 'Width of tables and messages, instead of the width of the terminal'},
  {
    name: 'NODE_DISABLE_COMPILE_CACHE',
    meaning: 'Not empty: store no compiled code, for example where every run is the first one',
  },
  {name: 'DEBUG', meaning: 'With `tokenry:*`: print the details of an error on stderr'},
  {name: 'XDG_DATA_HOME', meaning: 'Folder for data on Linux, instead of ~/.local/share'},
  {name: 'XDG_CONFIG_HOME', meaning: 'Folder for settings on Linux, instead of ~/.config'},
  {name: 'XDG_CACHE_HOME', meaning: 'Folder for compiled code on Linux, instead of ~/.cache'},
  {name: 'LOCALAPPDATA', meaning: 'Folder for data on Windows'},
  {name: 'APPDATA', meaning: 'Folder for settings on Windows'},
  {name: 'HOME', meaning: 'Home folder, in which files are kept if no variable above names another folder'},
  {name: 'USER', meaning: 'Name in the audit trail for a user id that has no name on this machine'},
]
