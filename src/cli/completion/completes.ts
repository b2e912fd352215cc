type Noun = 'organization' | 'workspace' | 'deployment' | 'token' | 'user'

/**
 * What completes an argument or the value of a flag, next to the fixed words that it has. After a
 * noun alone, an id and a name are both taken.
 */
export type Completes = 'context' | 'own context' | 'role' | 'custom role' | `${Noun}${'' | ' id' | ' name'}`
