import {INVISIBLE} from '../lib/invisible.ts'

/**
 * Escape characters that a reader cannot see or that move the cursor: `\n`, `\t`, `\r`, `\x1b`,
 * `\u202e`, `\u{e0041}`.
 *
 * Escapes what lib/invisible.ts lists, including C0 and C1 and so every ANSI and OSC sequence.
 * Everything else is unchanged, even a backslash: the result is for reading and cannot be converted
 * back.
 *
 * Invisible characters stay where writing needs them: inside an emoji (joiner, variation selector,
 * the tags of a flag; UTS #51), joiners between letters of the scripts that are spelled with them
 * (RFC 5892, appendix A), a variation selector after an ideograph (UTS #37).
 */
export function escapeControl(text: string): string {
  if (!HIDDEN.test(text)) return text
  // Compiled here and not at import: its Unicode properties take milliseconds the first time, and
  // few texts need it.
  const spelledOrHidden = new RegExp(SPELLED_OR_HIDDEN, 'gu')
  return text.replace(spelledOrHidden, (match, spelled: string | undefined) => spelled ?? escapeCharacter(match))
}

const HIDDEN = new RegExp(`[${INVISIBLE}]`, 'u')

const NAMED: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'}

function escapeCharacter(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  if (hex.length <= 2) return NAMED[character] ?? `\\x${hex.padStart(2, '0')}`
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}

const EMOJI = String.raw`\p{Extended_Pictographic}(?:[\ufe0e\ufe0f]|\p{Emoji_Modifier})?`
const EMOJI_SEQUENCE = String.raw`${EMOJI}(?:\u200d${EMOJI})*`
const REGION_FLAG = String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}`
const KEYCAP = String.raw`[0-9#*]\ufe0f\u20e3`
const IDEOGRAPH_VARIANT = String.raw`\p{Ideographic}[\u{e0100}-\u{e01ef}]`
const JOINING_LETTER = String.raw`[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]`
const JOINER = String.raw`(?<=${JOINING_LETTER})[\u200c\u200d](?=${JOINING_LETTER})`

/**
 * First a sequence that is spelled with invisible characters, captured whole; then any other
 * invisible character.
 */
const SPELLED_OR_HIDDEN = `(${REGION_FLAG}|${EMOJI_SEQUENCE}|${KEYCAP}|${IDEOGRAPH_VARIANT}|${JOINER})|${HIDDEN.source}`
