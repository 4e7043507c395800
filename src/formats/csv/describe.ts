/** Describes a table that has been read to its end: its sampling rate, its channels, and the doubts about it. */
import { isPhysical } from '../../signal/units.ts';
import { figure } from '../common/messages.ts';
import { MAX_NOTES_LENGTH } from '../common/bounds.ts';
import type { DecodedRecording } from '../types.ts';
import type { Extremes } from './doubts.ts';
import { contentError } from './failure.ts';
import type { Layout } from './layout.ts';
import type { RowReader } from './rows.ts';

/** Relative difference up to which two rates are the same: times are rounded. */
const SAME = 0.01;

/** @throws FormatError if the times of the rows are not evenly spaced */
export function describe(layout: Layout, rows: RowReader, extremes: Extremes, part: string | null): DecodedRecording {
  const { facts, names, units } = layout;
  const { samplingRate, warning } = rateOfTable(layout);
  const channels = names.map((name, number) => {
    const unit = units[number] ?? null;
    // Cells are values in the unit of their column, if it has one.
    return { name, samplingRate, unit, gain: isPhysical(unit) ? 1 : null, zeroLevel: null };
  });
  return {
    externalId: null,
    date: layout.date,
    channels,
    patient: null,
    study: null,
    notes: facts.remarks.length === 0 ? null : facts.remarks.join('\n').slice(0, MAX_NOTES_LENGTH),
    subject: facts.subject,
    part,
    warnings: [
      ...layout.warnings,
      warning,
      rows.times?.gapWarning() ?? null,
      startWarning(layout),
      commentWarning(rows),
      rows.remarks.warning(samplingRate),
      extremes.warning(),
    ].filter((text) => text !== null),
  };
}

/** The rate that the times and the lines above the table give; the times of the rows decide. */
function rateOfTable({ clock, facts }: Layout): { samplingRate: number | null; warning: string | null } {
  const said = facts.rate;
  const told = clock?.times.rate() ?? null;
  if (told !== null && 'reason' in told) throw contentError(null, told.reason);
  if (told === null || clock?.isCounter === true) return { samplingRate: said, warning: null };
  if (told.rate === null) return { samplingRate: said, warning: said === null ? told.warning : null };
  if (said === null) return { samplingRate: told.rate, warning: told.warning };
  if (Math.abs(said - told.rate) <= SAME * said) return { samplingRate: said, warning: told.warning };
  return {
    samplingRate: told.rate,
    warning: `The lines above the table give ${said} Hz, but its times ${told.rate} Hz, which are used.`,
  };
}

/** The date above a table may be that of time 0, or that of its first row. */
function startWarning({ clock, facts, date }: Layout): string | null {
  const first = clock?.isCounter === false ? clock.times.first : 0;
  if (first === 0 || facts.date === null || date !== facts.date) return null;
  return (
    `The times begin at ${first}; the date above the table was taken for that of the first row. Another one can be ` +
    'given with the parameter date.'
  );
}

function commentWarning({ comments: { count, line } }: RowReader): string | null {
  if (count === 0) return null;
  return count === 1
    ? `The comment in line ${line} was passed over.`
    : `${figure(count)} comments between the rows or at their ends were passed over, the first in line ${line}.`;
}
