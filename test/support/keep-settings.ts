import type {Settings, SettingsVendor} from '../../src/config/context-settings.ts'
import {updateSettings} from '../../src/config/settings.ts'

/** Write these settings, instead of those that are there. */
export async function keepSettings(
  configFolder: string,
  settings: Settings,
  vendors: readonly SettingsVendor[],
): Promise<void> {
  await updateSettings(configFolder, () => settings, vendors)
}
