/** Which characters a name, a code or a place may contain: no invisible ones. */
import { z } from 'zod';
import { LENGTH_FIRST } from './wording.ts';

/** Characters of a name, a place or a code. */
const MAX_TEXT = 200;

/**
 * A text without control characters, lone surrogates and format characters (zero width spaces, direction marks and
 * overrides), which can make two different texts look the same. Only the joiners of some scripts (U+200C, U+200D) are
 * allowed, inside a word.
 */
const PLAIN_TEXT = /^(?:[^\p{Cc}\p{Cs}\p{Cf}]|(?<=[^\p{C}\p{Z}])[\u200c\u200d](?=[^\p{C}\p{Z}]))*$/u;

export const isPlainText = (text: string): boolean => PLAIN_TEXT.test(text);

/** The schema of one line of NFC text without invisible characters. */
export const text = (max = MAX_TEXT) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(1)
    .max(max, LENGTH_FIRST)
    .refine(isPlainText, 'must not contain control or invisible characters')
    .meta({ rule: 'Without control or invisible characters' });
