/** Reads small files that may be missing. */
import { readFileSync } from 'node:fs';

/** The text of a file; null if it cannot be read. */
export function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
