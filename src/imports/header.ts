/** Recognises the header of a file: the kind of its rows, their dialect, and how cells become rows. */
import type { Dialect, ImportKind, Row } from './kind.ts';
import { cellText } from './spreadsheet-cells.ts';

/** The file as a whole cannot be imported. The message is for the importer and quotes nothing but column names. */
export class ImportFailure extends Error {
  override readonly name = 'ImportFailure';
}

export interface Recognised {
  kind: ImportKind;
  dialect: Dialect;
  /** The dialect's spelling of each column, in the order of the file; null for columns that are passed over. */
  columns: readonly (string | null)[];
  /** What was passed over; for the importer, since it quotes the header. */
  warnings: readonly string[];
}

/** Most column names in a message, and most characters of each. */
const SHOWN_COLUMNS = 40;
const SHOWN_CHARACTERS = 40;

/** Spreadsheets and people write blanks for underscores, and either in any case. */
const canonical = (name: string): string => name.replaceAll(/[\s\uFEFF_-]+/g, '').toLowerCase();
const shown = (names: readonly string[]): string =>
  [...new Set(names)]
    .slice(0, SHOWN_COLUMNS)
    .map((name) => (name === '' ? '(empty)' : name.slice(0, SHOWN_CHARACTERS).replaceAll(/\p{Cc}/gu, '?')))
    .join(', ') + (new Set(names).size > SHOWN_COLUMNS ? ' …' : '');

/** A dialect compared with a header. */
interface Fit {
  kind: ImportKind;
  dialect: Dialect;
  /** As `Recognised.columns`. */
  columns: (string | null)[];
  missing: string[];
  unknown: string[];
  /** Columns that the dialect knows and the header has more than once. */
  repeated: string[];
}

/** All dialects compared with a header. */
function fits(names: readonly string[], kinds: readonly ImportKind[], wanted: string | null): Fit[] {
  const candidates = wanted === null ? kinds : kinds.filter(({ name }) => name === wanted);
  return candidates.flatMap((kind) =>
    kind.dialects.map((dialect) => ({ kind, dialect, ...comparison(names, dialect) })),
  );
}

/** The nearest first: that with the fewest unknown columns; of several, the one that lacks least. */
const byNearness = (compared: readonly Fit[]): Fit[] =>
  compared.toSorted((a, b) => a.unknown.length - b.unknown.length || a.missing.length - b.missing.length);

function comparison(names: readonly string[], dialect: Dialect): Omit<Fit, 'kind' | 'dialect'> {
  const spelling = new Map(
    [...dialect.required, ...(dialect.optional ?? [])].map((column) => [canonical(column), column]),
  );
  const columns = names.map((name) => spelling.get(canonical(name)) ?? null);
  return {
    columns,
    missing: dialect.required.filter((column) => !columns.includes(column)),
    unknown: names.filter((_, i) => columns[i] === null),
    repeated: names.filter((_, i) => columns[i] != null && columns.indexOf(columns[i]) < i),
  };
}

/**
 * The kind with the dialect that fits the header: it lacks no required column, and passes over the fewest. Null if
 * there is none, or if several fit equally well.
 * @param wanted considers only this kind
 */
export function recognise(
  names: readonly string[],
  kinds: readonly ImportKind[],
  wanted: string | null,
): Recognised | null {
  const [best, next] = byNearness(fits(names, kinds, wanted).filter(({ missing }) => missing.length === 0));
  if (!best || best.repeated.length > 0 || next?.unknown.length === best.unknown.length) return null;
  const { kind, dialect, columns, unknown } = best;
  const warnings = unknown.length === 0 ? [] : [`These columns are not known and were passed over: ${shown(unknown)}.`];
  return { kind, dialect, columns, warnings };
}

/** Why no kind accepts a header, and what the closest one expects. */
export function unrecognised(
  names: readonly string[],
  kinds: readonly ImportKind[],
  wanted: string | null,
): ImportFailure {
  const compared = fits(names, kinds, wanted);
  const [nearest] = byNearness(compared);
  if (nearest && nearest.repeated.length > 0)
    return new ImportFailure(`The header repeats columns: ${shown(nearest.repeated)}.`);
  const complete = compared.filter(({ missing }) => missing.length === 0);
  if (complete.length > 1)
    return new ImportFailure(
      `The header fits several kinds: ${complete.map(({ kind }) => kind.name).join(', ')}. Say which one as "kind".`,
    );
  if (!nearest || nearest.unknown.length === names.length) {
    const wants = compared.map(({ kind, dialect }) => `${kind.name} (${dialect.required.join(', ')})`).join('; ');
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

/** The cells of a record, by column; those of columns that are passed over are left out. */
export function toRow(columns: Recognised['columns'], cells: readonly string[]): Row {
  const row: Record<string, string> = {};
  for (const [i, column] of columns.entries()) if (column !== null) row[column] = cellText(cells[i] as string);
  return row;
}
