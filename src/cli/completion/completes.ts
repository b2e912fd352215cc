type Noun = 'organization' | 'workspace' | 'deployment' | 'token' | 'user'

/**
 * What completes an argument or the value of a flag, in addition to its fixed words. A noun alone
 * means that an id or a name is accepted.
 */
export type Completes = 'context' | 'own context' | 'role' | 'custom role' | `${Noun}${'' | ' id' | ' name'}`
