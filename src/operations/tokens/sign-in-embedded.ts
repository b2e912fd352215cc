import type {ResolvedContext} from '../../config/context.ts'
import {readCredential} from '../../config/credentials/read-credential.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenPolicy} from '../../service/tokens/policy.ts'
import type {Principal} from '../../vendors/principal.ts'
import type {CredentialIdentity} from '../connection.ts'
import {openEmbedded} from '../service/open-embedded.ts'

interface EmbeddedVendor {
  title: string
  policy: TokenPolicy
  /** The variable that a hint names to reach the vendor itself. */
  variable: string
}

/**
 * Return who calls the embedded service: the owner of its store, or the token of a flag.
 * UNAUTHENTICATED if the service does not accept that token.
 */
export async function signInEmbedded(
  runtime: Runtime,
  context: ResolvedContext,
  {title, policy, variable}: EmbeddedVendor,
): Promise<{principal: Principal; identity: CredentialIdentity}> {
  const {name, credential} = context
  if (credential === null) {
    const {actor, organizationId} = await openEmbedded(runtime, {context: name ?? undefined})
    return {
      principal: {kind: 'owner', actor, organizationId},
      identity: {context: name, source: 'the owner of the store'},
    }
  }
  const {secret, source} = await readCredential(context, runtime)
  const {service} = await runtime.openService()
  try {
    const proven = await service.authenticate(policy, secret)
    const actor = {type: 'token', id: proven.token.id} as const
    return {principal: {kind: 'token', actor, ...proven}, identity: {context: name, source, secret}}
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'UNAUTHENTICATED') throw cause
    throw new AppError('UNAUTHENTICATED', `${source} does not hold a valid token of the embedded service`, {
      cause,
      hint: `To reach ${title} itself, set ${variable}, or name a context of ${title} with --context`,
    })
  }
}
