/**
 * Why the token service refused a call. The service knows no commands, so the caller writes the
 * hint from the reason and the facts of the error.
 */
export type Reason =
  | 'organization-missing'
  | 'workspace-missing'
  | 'deployment-missing'
  | 'role-missing'
  | 'account-missing'
  | 'token-missing'
  /** Facts: `noun`, `name`, and, if known, the `id` of the one that has the name. */
  | 'name-taken'
  | 'only-organization'
  /** The owner of the token, or its organization, is being deleted in steps. */
  | 'being-deleted'
  /** Facts: `tokenIds` of some tokens that hold the role, and `count` of all of them. */
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
