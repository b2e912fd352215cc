/**
 * What a refusal of the token service is about. The service knows no command, so who calls it words the hint: by the reason, and with
 * the facts of the error.
 */
export type Reason =
  | 'organization-missing'
  | 'workspace-missing'
  | 'deployment-missing'
  | 'role-missing'
  | 'account-missing'
  | 'token-missing'
  /** Facts: `noun`, `name`, and `id` of the one that has it, where it is known. */
  | 'name-taken'
  | 'only-organization'
  /** Facts: `tokenIds` of some that hold it, and how many there are (`count`). */
  | 'role-in-use'
  /** Facts: `tokenId`, and `until`, RFC 3339. */
  | 'in-grace'
  /** Someone else changed the token since it was read. Facts: `tokenId`. */
  | 'token-changed'
  /** Another rotation or a delete came first. Facts: `tokenId`. */
  | 'rotation-overtaken'
  /** Facts: `tokenId`, and `lastUsedAt`, RFC 3339. */
  | 'token-used'
  | 'credential-refused'
  | 'option-invalid'
