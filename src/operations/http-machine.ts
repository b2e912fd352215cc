import {readHttpTimeoutMs} from '../config/http-timeout.ts'
import type {Runtime} from '../runtime/runtime.ts'
import type {HttpMachine} from '../vendors/http.ts'

/** Return the parts of the machine that a client uses. CONFIG if TOKENRY_HTTP_TIMEOUT is wrong. */
export function createHttpMachine({env, now, signals}: Runtime, trace: HttpMachine['trace']): HttpMachine {
  return {
    env,
    now,
    pause: signals.pause,
    refuseWhenStopped: signals.refuseWhenStopped,
    onMintSent: signals.noteMintSent,
    random: Math.random,
    timeoutMs: readHttpTimeoutMs(env),
    trace,
  }
}
