/** Search texts and filters of lists. */
import { z } from 'zod';
import { folded } from '../text/search-words.ts';
import { LENGTH_FIRST } from '../text/wording.ts';

const MAX_SEARCH_TEXT = 100;

/**
 * A search text with at least one word. Case, accents and marks are ignored; a text without a word would match
 * everything, or nothing useful.
 */
export const searchText = () =>
  z
    .string()
    .max(MAX_SEARCH_TEXT, LENGTH_FIRST)
    .refine((text) => folded(text) !== '', 'must contain a letter or a digit')
    .meta({ rule: 'With a letter or a digit', minLength: 1 });
