/** In code points (contracts/deltastream.md, section 3). */
export const NAME_LENGTH_MAX = 255

/** Return whether the name has too many code points. */
export function isTooLong(name: string): boolean {
  if (name.length <= NAME_LENGTH_MAX) return false
  return name.length > 2 * NAME_LENGTH_MAX || [...name].length > NAME_LENGTH_MAX
}
