import {type ContextSettings, EMBEDDED} from '../../config/context-settings.ts'
import {readSettings} from '../../config/settings.ts'
import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {Vendor, VendorApi} from '../../vendors/vendor.ts'
import {withContext} from './add-context.ts'
import {findOnly, lineOf, type WantedContext} from './find-context.ts'
import {isStored} from './stored-credential.ts'
import {findVendor} from './vendor-names.ts'

/** Where a token will be checked, and the context that it will be stored for. */
export interface SignInTarget {
  vendor: Vendor
  api: VendorApi
  context: ContextSettings
  baseUrl: URL
  /** Whether the context is made if it is missing, and becomes the current one. */
  makes: boolean
}

/**
 * Return the target of `login`: the named context, or that of the vendor's own name, which may not
 * exist yet.
 *
 * @throws AppError USAGE for a context that does not exist or needs no credential; CONFLICT for one
 * that reads its credential from elsewhere; CONFIG for a URL to which no credential may be sent
 */
export async function chooseSignIn(runtime: Runtime, wanted: WantedContext | {vendor: string}): Promise<SignInTarget> {
  const settings = await readSettings(runtime.folders().config, runtime.vendors)
  const makes = !('name' in wanted)
  if (!makes) {
    if (wanted.name === EMBEDDED) throw needsNone(EMBEDDED)
    const context = findOnly(settings, wanted, {missing: 'USAGE', retry: lineOf('login', '--context ')})
    return openTarget(runtime, context, makes)
  }
  const {vendor} = wanted
  const made: ContextSettings = {vendor, name: vendor, places: {}}
  const existing = settings.contexts.find((each) => each.vendor === vendor && each.name === vendor)
  // CONFLICT if a context of the embedded service has the name.
  if (!existing) withContext(settings, made)
  return openTarget(runtime, existing ?? made, makes)
}

async function openTarget(runtime: Runtime, context: ContextSettings, makes: boolean): Promise<SignInTarget> {
  if (context.vendor === EMBEDDED) throw needsNone(context.name)
  refuseOtherCredential(context)
  const vendor = findVendor(runtime.vendors, context.vendor)
  const api = await vendor.loadApi?.()
  if (!api) {
    throw new AppError('USAGE', `This version cannot sign in to ${vendor.title}`, {
      hint: 'See which vendors it can reach: tokenry login --help',
    })
  }
  return {vendor, api, context, baseUrl: api.checkUrl(context.apiUrl ?? api.defaultUrl), makes}
}

function needsNone(name: string): AppError {
  return new AppError('USAGE', `The context ${name} is the embedded service, which needs no credential`, {
    hint: 'Name a context of a vendor with --context, or a vendor with --vendor',
  })
}

/** A context has one credential. Replacing it would change what a job signs in with. */
function refuseOtherCredential(context: ContextSettings): void {
  const {name, vendor, credential} = context
  if (!credential || isStored(context)) return
  const where = 'variable' in credential ? `from the variable ${credential.variable}` : 'from a command'
  throw new AppError('CONFLICT', `The context ${name} reads its credential ${where}, so there is nothing to store`, {
    hint: `Use another context, or remove it and add it again: tokenry context remove ${shellPath(name)} --vendor ${vendor}`,
  })
}
