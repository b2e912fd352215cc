import {createHash} from 'node:crypto'

/**
 * A token that nothing accepts. It has the form of a real one, and is the same in every run,
 * because a test of the form of a token must not depend on random bytes.
 */
export const SAMPLE = makeSample()

/** Parts of the token. They give no access, but must be hidden like the whole token. */
export const SAMPLE_PARTS: Record<string, string> = {
  'a whole token': `${SAMPLE.header}.${SAMPLE.payload}.${SAMPLE.signature}`,
  'a header': SAMPLE.header,
  'a payload': SAMPLE.payload,
  'a signature': SAMPLE.signature,
  'a header without its begin': SAMPLE.header.slice(9),
  'a payload without its begin': SAMPLE.payload.slice(9),
  'the middle of a payload': SAMPLE.payload.slice(30, 90),
  'a payload and a signature': `${SAMPLE.payload}.${SAMPLE.signature}`,
  'the end of a payload and a signature': `${SAMPLE.payload.slice(-40)}.${SAMPLE.signature}`,
  'a signature after its dot': `.${SAMPLE.signature}`,
  'a signature without its end': SAMPLE.signature.slice(0, -16),
  'a signature without its begin': SAMPLE.signature.slice(16),
  'half a signature': SAMPLE.signature.slice(0, 43),
}

/** Return the length of the longest part of `secret` that the text contains. */
export function longestRepeated(secret: string, text: string): number {
  let longest = 0
  for (let start = 0; start < secret.length; start++) {
    while (start + longest < secret.length && text.includes(secret.slice(start, start + longest + 1))) longest++
  }
  return longest
}

/**
 * Return a text that looks like a random signature, with the length of a real one: 86 characters.
 */
export function sampleSignature(seed: string): string {
  return createHash('sha512').update(seed).digest('base64url')
}

function makeSample() {
  const encode = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const id = 'c9jnx53af92em2km97xem7e3w'
  const permissions = [`apiTokenId:${id}`, `organizationId:${id}`]
  const claims = {
    aud: ['astronomer-ee'],
    permissions,
    iss: `urn:tokenry:${id}`,
    sub: id,
    org_id: id,
    iat: 1_790_000_000,
  }
  return {
    header: encode({alg: 'EdDSA', typ: 'JWT', kid: 'tokenry-RzNaNxBxPmeD'}),
    payload: encode(claims),
    signature: sampleSignature('a'),
  }
}
