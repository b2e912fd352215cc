import type {Variable} from '../../config/vendor-tool.ts'

const OTHER_SPELLING = 'Another spelling of the variable above'

/** In the order of contracts/motherduck.md, section 6. */
export const CREDENTIAL_VARIABLES: readonly Variable[] = [
  {
    name: 'MOTHERDUCK_ADMIN_TOKEN',
    meaning: 'Token of an Admin of MotherDuck: commands go to MotherDuck unless a context is named',
  },
  {name: 'motherduck_token', meaning: 'Token for MotherDuck, if the variable above is not set'},
  {name: 'MOTHERDUCK_TOKEN', meaning: OTHER_SPELLING},
  {name: 'motherduck_api_key', meaning: 'Token for MotherDuck, if none of the variables above is set'},
  {name: 'MOTHERDUCK_API_KEY', meaning: OTHER_SPELLING},
]
