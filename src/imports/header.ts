/** Recognises the header of a file: the kind of its rows, their dialect, and how cells become rows. */
import type { Dialect, ImportKind, Row } from './kind.ts';

/** The file as a whole cannot be imported. The message is for the importer and quotes nothing but column names. */
export class ImportFailure extends Error {
  override readonly name = 'ImportFailure';
}

export interface Recognised {
  kind: ImportKind;
  dialect: Dialect;
  /** The dialect's spelling of each column, in the order of the file. */
  columns: readonly string[];
}

/** Most column names in a message, and most characters of each. */
const SHOWN_COLUMNS = 40;
const SHOWN_CHARACTERS = 40;

const canonical = (name: string): string => name.replaceAll(/[\s\uFEFF]+/g, '').toLowerCase();
const shown = (names: readonly string[]): string =>
  names
    .slice(0, SHOWN_COLUMNS)
    .map((name) => (name === '' ? '(empty)' : name.slice(0, SHOWN_CHARACTERS).replaceAll(/\p{Cc}/gu, '?')))
    .join(', ') + (names.length > SHOWN_COLUMNS ? ' …' : '');

/** How a header differs from a dialect. */
function misfit(names: readonly string[], dialect: Dialect): { missing: string[]; unknown: string[] } {
  const known = new Set([...dialect.required, ...(dialect.optional ?? [])].map(canonical));
  const present = new Set(names.map(canonical));
  return {
    missing: dialect.required.filter((column) => !present.has(canonical(column))),
    unknown: names.filter((name) => !known.has(canonical(name))),
  };
}

/** The kind with a dialect that fits the header, or null. @param wanted considers only this kind */
export function recognise(
  names: readonly string[],
  kinds: readonly ImportKind[],
  wanted: string | null,
): Recognised | null {
  if (new Set(names.map(canonical)).size < names.length) return null;
  for (const kind of candidates(kinds, wanted)) {
    for (const dialect of kind.dialects) {
      const { missing, unknown } = misfit(names, dialect);
      if (missing.length > 0 || unknown.length > 0) continue;
      const spelling = new Map(
        [...dialect.required, ...(dialect.optional ?? [])].map((column) => [canonical(column), column]),
      );
      return { kind, dialect, columns: names.map((name) => spelling.get(canonical(name)) ?? name) };
    }
  }
  return null;
}

/** Why no kind accepts a header, and what the closest one expects. */
export function unrecognised(
  names: readonly string[],
  kinds: readonly ImportKind[],
  wanted: string | null,
): ImportFailure {
  const twice = names.filter((name, i) => names.findIndex((other) => canonical(other) === canonical(name)) < i);
  if (twice.length > 0) return new ImportFailure(`The header repeats columns: ${shown(twice)}.`);
  const fits = candidates(kinds, wanted).flatMap((kind) =>
    kind.dialects.map((dialect) => ({ kind, dialect, ...misfit(names, dialect) })),
  );
  // The one that knows most of the columns; of several, the one that lacks least.
  const nearest = fits.toSorted(
    (a, b) => a.unknown.length - b.unknown.length || a.missing.length - b.missing.length,
  )[0];
  if (!nearest || nearest.unknown.length === names.length) {
    const wants = fits.map(({ kind, dialect }) => `${kind.name} (${dialect.required.join(', ')})`).join('; ');
    return new ImportFailure(
      `The first line is not a known header. Its columns are: ${shown(names)}. Known headers: ${wants}.`,
    );
  }
  const faults = [
    nearest.missing.length > 0 && `lacks ${shown(nearest.missing)}`,
    nearest.unknown.length > 0 && `has unknown columns: ${shown(nearest.unknown)}`,
  ]
    .filter(Boolean)
    .join(' and ');
  const { kind, dialect } = nearest;
  const optional = dialect.optional?.length ? `; these may be left out: ${shown(dialect.optional)}` : '';
  return new ImportFailure(
    `The header is closest to ${kind.name} (${dialect.name}), but ${faults}. ` +
      `Its columns are: ${shown(dialect.required)}${optional}.`,
  );
}

const candidates = (kinds: readonly ImportKind[], wanted: string | null): readonly ImportKind[] =>
  wanted === null ? kinds : kinds.filter(({ name }) => name === wanted);

/** The cells of a record, by column. */
export function toRow(columns: readonly string[], cells: readonly string[]): Row {
  const row: Record<string, string> = {};
  for (let i = 0; i < columns.length; i++) row[columns[i] as string] = cells[i] as string;
  return row;
}
