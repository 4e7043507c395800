/** Chooses among the files of an upload the one that is decoded; the others are read if it refers to them. */
import { FORMATS, formatOf } from '../../formats/registry.ts';
import type { Format } from '../../formats/types.ts';

/**
 * How certain it is that a file is the main one, from the most certain: `main`; `likely`, unless another file turns out
 * to refer to it; `single`, if no other file may refer to it, since its format has no other files; `possible`, if no
 * other file is any of these; `doubtful`, as its name is not usual for the format that its first bytes suggest: samples
 * may begin like any text.
 */
const STANDINGS = ['main', 'likely', 'single', 'possible', 'doubtful'] as const;
type Standing = (typeof STANDINGS)[number];

/** A file as its name and its beginning show it. */
export interface Candidate {
  /** Null if its format is not known. */
  format: Format | null;
  /** Null if its format is not known. */
  standing: Standing | null;
}

export function candidateOf(name: string, head: Uint8Array): Candidate {
  const format = formatOf(head);
  return { format, standing: format && standingOf(name, head, format) };
}

function standingOf(name: string, head: Uint8Array, format: Format): Standing {
  if (format.isMain?.(head) === false) return 'possible';
  if (format.isMain) return format.mayBePart?.(head) ? 'likely' : 'main';
  const isUsual = format.extensions.some((extension) => name.toLowerCase().endsWith(extension));
  return isUsual ? 'single' : 'doubtful';
}

/**
 * The most certain of the files; of several, the one whose format is the most specific, and of these the first. Null if
 * no format is known.
 */
export function mostCertain<File extends Candidate>(files: readonly File[]): (File & { format: Format }) | null {
  const known = files.filter((file): file is File & { format: Format } => file.format !== null);
  const rank = ({ standing, format }: Candidate & { format: Format }): number =>
    STANDINGS.indexOf(standing ?? 'doubtful') * FORMATS.length + FORMATS.indexOf(format);
  return known.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** The names of the files that may still be opened and are no recordings of their own. */
export const unclaimed = (files: readonly (Candidate & { name: string; isOpened: boolean })[]): string[] =>
  files
    .filter(({ isOpened, standing }) => !isOpened && (standing === null || standing === 'doubtful'))
    .map(({ name }) => name);
