/** The texts of how files are read, which are loaded with the panel of uploads. */
import { enReading } from './en-reading.ts';
import { lazyTexts } from './lazy.ts';

/** The other languages have exactly the same keys. */
export type ReadingTexts = typeof enReading;

/** What a part of a file is called; one of another name keeps it. */
export const partName = (part: string): string =>
  (readingTexts.value.parts as Readonly<Record<string, string>>)[part] ?? part;

/** The texts in force. In components: `const t = readingTexts.value`. */
export const readingTexts = lazyTexts<ReadingTexts>(enReading, async () => (await import('./pt-reading.ts')).ptReading);
