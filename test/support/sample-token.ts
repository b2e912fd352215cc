import {createHash} from 'node:crypto'

/**
 * A token that nothing accepts, in the form of a real one, and the same in every run: a test of what a token looks like must not
 * depend on random bytes.
 */
export const SAMPLE = makeSample()

/** Parts of it that lead to nothing, but are none of anyone's business. */
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

/** Return how many characters in a row of `secret` stand in the text. */
export function longestRepeated(secret: string, text: string): number {
  let longest = 0
  for (let start = 0; start < secret.length; start++) {
    while (start + longest < secret.length && text.includes(secret.slice(start, start + longest + 1))) longest++
  }
  return longest
}

/** As random as a signature and as long, 86 characters. */
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
