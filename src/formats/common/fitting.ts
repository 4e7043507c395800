/** Optional texts of a file: kept if they are not too long, otherwise left out with a warning. */
import { figure, quoted } from './messages.ts';

/** @param what the name of the field in the file. @returns null for a text that is blank or too long */
export function fitting(what: string, text: string | null, longest: number, warnings: string[]): string | null {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return null;
  if (trimmed.length <= longest) return trimmed;
  warnings.push(`${quoted(what)} is longer than ${figure(longest)} characters and was not kept.`);
  return null;
}
