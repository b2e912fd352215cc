import {readSettings} from '../../config/settings.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {BUILT_IN, type ContextResult, toContextResult} from './context-result.ts'

/** Return every context: the one that is built in, and those of the settings in their order. */
export async function listContexts({folders, vendors}: Runtime): Promise<ContextResult[]> {
  const settings = await readSettings(folders().config, vendors)
  return [BUILT_IN, ...settings.contexts].map((context) => toContextResult(context, settings))
}
