/**
 * Return whether the text holds U+FFFD. Node puts it in place of every byte of an argument or a variable that is not UTF-8, so
 * that different names become the same one, which is the name of something else.
 */
export function isUndecoded(text: string): boolean {
  return text.includes('\ufffd')
}
