/**
 * The texts of the pages that are loaded when they are first shown: directory, attendances, imports, administration.
 */
import { enPages } from './en-pages.ts';
import { lazyTexts } from './lazy.ts';

/** The other languages have exactly the same keys. */
export type PageTexts = typeof enPages;

/** The texts in force. In components: `const t = pageTexts.value`. */
export const pageTexts = lazyTexts<PageTexts>(enPages, async () => (await import('./pt-pages.ts')).ptPages);
