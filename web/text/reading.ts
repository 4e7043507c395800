/** The texts of how files are read, which are loaded with the panel of uploads. */
import { enReading } from './en-reading.ts';
import { lazyTexts } from './lazy.ts';

/** The other languages have exactly the same keys. */
export type ReadingTexts = typeof enReading;

/** The texts in force. In components: `const t = readingTexts.value`. */
export const readingTexts = lazyTexts<ReadingTexts>(enReading, async () => (await import('./pt-reading.ts')).ptReading);
