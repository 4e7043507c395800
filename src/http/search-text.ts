/** Texts to search and to narrow lists by. */
import { z } from 'zod';
import { folded } from '../text/search-words.ts';

const MAX_SEARCH_TEXT = 100;

/**
 * A text of a query with at least one word: where case, accents and marks do not count, one without would find
 * everything, or nothing that anybody meant.
 */
export const searchText = () =>
  z
    .string()
    .max(MAX_SEARCH_TEXT)
    .refine((text) => folded(text) !== '', 'must contain a letter or a digit')
    .meta({ minLength: 1 });
