/** The name of a file as a client gives it. */
import { isPlainText } from './plain-text.ts';

/** Characters of the name of a file. */
export const MAX_FILE_NAME = 255;

/** The part of a path behind its folders, as written on any system. */
export const behindFolders = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/**
 * The name to keep: without folders and invisible characters, and cut if it is too long. Null if nothing is left.
 */
export function keptFileName(given: string | null): string | null {
  const name = behindFolders(given ?? '').normalize('NFC');
  const visible = isPlainText(name) ? name : name.replaceAll(/[\p{Cc}\p{Cs}\p{Cf}]/gu, '');
  // Not between the two halves of a character.
  const kept = visible
    .trim()
    .slice(0, MAX_FILE_NAME)
    .replace(/[\ud800-\udbff]$/, '');
  return kept === '' ? null : kept;
}
