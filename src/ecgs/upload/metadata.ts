/** What the sender states with a file: form fields or query parameters, named as in the JSON form. */
import { z } from 'zod';
import {
  type Checked,
  date,
  gain,
  id,
  notes,
  reference,
  samplingRate,
  unit,
  zeroLevel,
} from '../../formats/json/fields.ts';
import { MAX_ID_LENGTH, MAX_NOTES_LENGTH, MAX_REFERENCE_LENGTH, MAX_UNIT_LENGTH } from '../../formats/common/bounds.ts';
import { COLUMN_WORDS, type ColumnWord, DECIMAL_SIGNS, type TableOptions } from '../../formats/common/table-options.ts';
import type { DecodedChannel, DecodedRecording } from '../../formats/types.ts';
import { LENGTH_FIRST } from '../../text/wording.ts';
import { OPEN_FACTS, type OpenFact } from '../store/model.ts';
import { type FilledChannel, leftOpen } from '../store/scale.ts';

/** Characters of a path. */
const MAX_PATH = 4096;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** A text, checked as in the JSON form. */
const text = (check: (value: string) => Checked<string>) =>
  z.string().transform((value, context) => kept(check(value), context));
const number = (check: (value: number | string) => Checked<number>) =>
  z.string().transform((value, context) => kept(check(NUMBER.test(value) ? Number(value) : value), context));

function kept<T>(checked: Checked<T>, context: z.RefinementCtx): T {
  if ('reason' in checked) {
    context.addIssue({ code: 'custom', message: checked.reason });
    return z.NEVER;
  }
  return checked.value as T;
}

export const uploadMetadata = z
  .strictObject({
    id: text((value) => id(value, value)).meta({
      description: 'Unique among your recordings. If a file contains several, the second one gets id#2',
      minLength: 1,
      maxLength: MAX_ID_LENGTH,
    }),
    date: text(date).meta({
      description:
        "ISO 8601. Without a zone, the clinic's time zone is used; a time that clocks skipped or repeated there is " +
        'refused',
      minLength: 1,
    }),
    patient: text(reference).meta({ minLength: 1, maxLength: MAX_REFERENCE_LENGTH }),
    study: text(reference).meta({ minLength: 1, maxLength: MAX_REFERENCE_LENGTH }),
    notes: text(notes).meta({ maxLength: MAX_NOTES_LENGTH }),
    samplingRate: number(samplingRate).meta({ type: 'number', description: 'Hz' }),
    unit: text(unit).meta({ rule: 'Without invisible characters', minLength: 1, maxLength: MAX_UNIT_LENGTH }),
    gain: number(gain).meta({
      type: 'number',
      description: "Stored units per physical unit; replaces a gain that is only a format's default or has no unit",
    }),
    zeroLevel: number(zeroLevel).meta({ type: 'number' }),
    fileName: z.string().min(1).max(MAX_PATH).meta({
      description: 'The name of the file, if it is the body itself; folders before it are left out',
      example: 'recording.edf',
    }),
  })
  .partial();
export type UploadMetadata = z.output<typeof uploadMetadata>;

const COLUMN_LIST = `one or more of ${COLUMN_WORDS.join(', ')}, separated by commas`;
/** Characters of a list of columns. */
const MAX_COLUMN_LIST = 1_000;
const areColumns = (list: string): boolean =>
  list.split(',').every((word) => COLUMN_WORDS.some((known) => known === word));

/** What the sender says about the layout of a text table. It is needed before the file is read, so no form field. */
export const tableFields = z
  .strictObject({
    decimal: z.enum(DECIMAL_SIGNS).meta({
      description:
        'CSV: what a comma in a number is, if a warning asks. comma: a decimal sign, in one column or between ; or ' +
        'TAB. point: commas separate cells',
    }),
    columns: z
      .string()
      .min(1)
      .max(MAX_COLUMN_LIST, LENGTH_FIRST)
      .refine(areColumns, `must be ${COLUMN_LIST}`)
      .meta({
        description:
          'CSV: what the columns are, from the first: channel (a lead), skip (neither lead nor time, such as a ' +
          'counter), or times in h, min, s, ms, us or ns. Columns beyond the list are read as their names say',
        example: 'ms,channel',
        rule: `Must be ${COLUMN_LIST}`,
      }),
  })
  .partial();
export type TableFields = z.output<typeof tableFields>;

/** The same for the decoder. */
export const tableOptions = ({ decimal, columns }: TableFields): TableOptions => ({
  decimal,
  columns: columns?.split(',') as ColumnWord[] | undefined,
});

/** The query of an upload: the same fields, and what to do with content that the sender already has. */
export const uploadQuery = uploadMetadata.extend({
  ...tableFields.shape,
  duplicate: z.enum(['refuse', 'allow']).optional().meta({
    default: 'refuse',
    description: 'allow: store a recording without an id even if you already have its content',
  }),
});
/** Describes the form of an upload for the API document. */
export const uploadForm = uploadMetadata.extend({
  files: z.array(z.string().meta({ format: 'binary' })).meta({
    description: 'All files of the recording, such as 100.hea, 100.dat and 100.atr',
  }),
});

/** A decoded recording with what is known beside its file. */
export interface DescribedRecording extends DecodedRecording {
  /** What its file left open, before the sender said more. */
  open?: OpenFact[];
  /** The name of the uploaded file. */
  fileName?: string | null;
}

/**
 * Adds what the sender says: id, date, patient, study and notes replace those of the file; rate, unit, gain and zero
 * level only fill in what the file leaves open, since a file knows how it was recorded.
 * @param taken ids of the recordings of this upload so far; this one's is added. A second recording with the same id
 * becomes `id#2`
 */
export function withMetadata(
  recording: DecodedRecording,
  said: UploadMetadata,
  taken: Set<string>,
): DescribedRecording {
  const externalId = distinct(said.id ?? recording.externalId, taken);
  const channels = recording.channels.map((channel) => filled(channel, said));
  return {
    ...recording,
    open: OPEN_FACTS.filter((fact) => recording[fact] === null),
    externalId,
    date: said.date ?? recording.date,
    patient: said.patient ?? recording.patient,
    study: said.study ?? recording.study,
    notes: said.notes ?? recording.notes,
    channels,
  };
}

function distinct(given: string | null, taken: Set<string>): string | null {
  if (given === null) return null;
  let own = given;
  for (let n = 2; taken.has(own); n++) own = `${given}#${n}`;
  taken.add(own);
  return own;
}

/**
 * A gain that is only a format's default counts as unknown. So does a gain without a physical unit if only the unit is
 * given, because unit and gain belong together.
 */
function filled(channel: DecodedChannel, said: UploadMetadata): FilledChannel {
  const open = leftOpen(channel);
  const isUnitSaid = open.includes('unit') && said.unit != null;
  return {
    ...channel,
    samplingRate: channel.samplingRate ?? said.samplingRate ?? null,
    unit: isUnitSaid ? (said.unit ?? null) : channel.unit,
    gain: open.includes('gain') ? (said.gain ?? (isUnitSaid ? null : channel.gain)) : channel.gain,
    assumedGain: channel.gain ?? channel.assumedGain ?? 1,
    zeroLevel: channel.zeroLevel ?? said.zeroLevel ?? null,
    open,
  };
}
