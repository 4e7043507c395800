/** Which characters a name, a code or a place may contain: no invisible ones. */

/**
 * A text without control characters, lone surrogates and format characters (zero width spaces, direction marks and
 * overrides), which can make two different texts look the same. Only the joiners of some scripts (U+200C, U+200D) are
 * allowed, inside a word.
 */
const PLAIN_TEXT = /^(?:[^\p{Cc}\p{Cs}\p{Cf}]|(?<=[^\p{C}\p{Z}])[\u200c\u200d](?=[^\p{C}\p{Z}]))*$/u;

export const isPlainText = (text: string): boolean => PLAIN_TEXT.test(text);
