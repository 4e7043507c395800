/** What may stand in a name, a code, a place: nothing that cannot be seen. */

/**
 * A text without control characters, halves of characters, and format characters (zero width spaces, marks and overrides of direction), with which two texts
 * look alike. Only the joiners of some scripts (U+200C, U+200D) may stand, inside a word.
 */
const PLAIN_TEXT = /^(?:[^\p{Cc}\p{Cs}\p{Cf}]|(?<=[^\p{C}\p{Z}])[\u200c\u200d](?=[^\p{C}\p{Z}]))*$/u;

export const isPlainText = (text: string): boolean => PLAIN_TEXT.test(text);
