/**
 * Return whether the text holds U+FFFD. Node replaces each byte of an argument or a variable that
 * is not UTF-8 with this character. So different names become the same name, and that name may
 * belong to something else.
 */
export function isUndecoded(text: string): boolean {
  return text.includes('\ufffd')
}
