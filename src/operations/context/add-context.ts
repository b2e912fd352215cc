import {type ContextSettings, EMBEDDED, type Settings} from '../../config/context-settings.ts'
import {findOrigin, isToolVariable} from '../../config/credentials/choose-credential.ts'
import {splitCommand} from '../../config/credentials/split-command.ts'
import type {ContextCredential} from '../../config/credentials/types.ts'
import {updateSettings} from '../../config/settings.ts'
import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {ImportedContext, Vendor} from '../../vendors/vendor.ts'
import {checkNewName} from './context-name.ts'
import {type ContextResult, toContextResult} from './context-result.ts'
import {findVendor} from './vendor-names.ts'

export interface NewContext {
  name: string
  /** The name of a vendor, or `embedded`. */
  vendor: string
  apiUrl?: string | undefined
  /** Ids by the key of the place. */
  places: Partial<Record<string, string>>
  credential?: ContextCredential | undefined
  /** Whether URL and places that are not given come from the vendor's own tool. */
  imports?: boolean
}

/**
 * Add a context to the settings.
 *
 * @throws AppError USAGE for a name, a URL or a credential that cannot be; CONFIG for a URL to
 * which no credential may be sent; CONFLICT for a name that is taken. Then nothing is changed.
 */
export async function addContext(runtime: Runtime, given: NewContext): Promise<ContextResult> {
  checkNewName(given.name)
  const vendor = given.vendor === EMBEDDED ? null : findVendor(runtime.vendors, given.vendor)
  if (!vendor) refuseForEmbedded(given)
  checkCredential(given.credential)
  const imported = vendor && given.imports ? await importFrom(runtime, vendor) : {places: {}}
  const apiUrl = vendor ? await checkUrl(vendor, given.apiUrl ?? imported.apiUrl) : undefined
  if (vendor && given.credential) await refuseForeignVariable(runtime, vendor, {apiUrl, credential: given.credential})
  const context: ContextSettings = {
    vendor: given.vendor,
    name: given.name,
    ...(apiUrl === undefined ? {} : {apiUrl}),
    places: {...imported.places, ...given.places},
    ...(given.credential ? {credential: given.credential} : {}),
  }
  const {folders, vendors} = runtime
  const settings = await updateSettings(folders().config, (before) => withContext(before, context), vendors)
  return toContextResult(context, settings)
}

/** Return the settings with one more context. CONFLICT if its name is taken. */
export function withContext(settings: Settings, context: ContextSettings): Settings {
  const {name, vendor} = context
  const other = settings.contexts.find(
    (each) => each.name === name && (each.vendor === vendor || [each.vendor, vendor].includes(EMBEDDED)),
  )
  if (!other) return {...settings, contexts: [...settings.contexts, context]}
  const message =
    other.vendor === vendor
      ? `A context named ${name} exists already for ${vendor}`
      : `The name ${name} is taken by a context of ${other.vendor}: a context of ${EMBEDDED} serves every vendor`
  throw new AppError('CONFLICT', message, {
    hint: `Choose another name, or remove that context: tokenry context remove ${shellPath(name)} --vendor ${other.vendor}`,
  })
}

function refuseForEmbedded({apiUrl, credential}: NewContext): void {
  if (apiUrl !== undefined) {
    throw new AppError('USAGE', `A context of ${EMBEDDED} has no URL, so --api-url has no meaning`, {
      hint: 'For a service that is served over HTTP, add a context of the vendor whose API it serves',
    })
  }
  if (credential) {
    throw new AppError('USAGE', `A context of ${EMBEDDED} needs no credential: it belongs to you`, {
      hint: 'Leave --credential-env and --credential-command out',
    })
  }
}

function checkCredential(credential: ContextCredential | undefined): void {
  if (!credential) return
  if ('variable' in credential && !/^[A-Za-z_]\w*$/.test(credential.variable)) {
    throw new AppError('USAGE', '--credential-env is not the name of a variable', {
      hint: 'Write the name without $, such as: --credential-env CI_TOKEN',
    })
  }
  if ('command' in credential) asUsage(() => splitCommand(credential.command))
}

/**
 * Throw USAGE for a variable of the vendor with a URL to which it is never sent: that is neither
 * the vendor's own nor the one that its variables name now.
 */
async function refuseForeignVariable(
  {env}: Runtime,
  vendor: Vendor,
  {apiUrl, credential}: {apiUrl: string | undefined; credential: ContextCredential},
): Promise<void> {
  if (apiUrl === undefined || !('variable' in credential) || !isToolVariable(vendor, credential.variable)) return
  const api = await vendor.loadApi?.()
  const {origin} = new URL(apiUrl)
  if (!api || [new URL(api.defaultUrl).origin, findOrigin(env, api)].includes(origin)) return
  const {variable} = credential
  throw new AppError('USAGE', `${variable} is a credential for ${vendor.title}, so it is not sent to ${origin}`, {
    hint: 'Name another variable, such as: --credential-env CI_TOKEN',
  })
}

/** In a flag, what would be CONFIG in the settings file is USAGE. */
function asUsage(check: () => unknown): void {
  try {
    check()
  } catch (err) {
    if (!(err instanceof AppError) || err.code !== 'CONFIG') throw err
    const {hint = 'Write it as in a shell, in quotes'} = err.details
    throw new AppError('USAGE', err.message, {cause: err, hint})
  }
}

async function importFrom({env, homeFolder}: Runtime, {title, importContext}: Vendor): Promise<ImportedContext> {
  if (importContext) return importContext.read({env, homeFolder})
  throw new AppError('USAGE', `A context of ${title}'s own tool cannot be read`, {hint: 'Name its places with flags'})
}

async function checkUrl({title, loadApi}: Vendor, apiUrl: string | undefined): Promise<string | undefined> {
  if (apiUrl === undefined) return undefined
  if (loadApi) return (await loadApi()).checkUrl(apiUrl).href
  throw new AppError('USAGE', `${title} has no API that this version can reach, so --api-url has no meaning`, {
    hint: 'Leave --api-url out',
  })
}
