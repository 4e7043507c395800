/**
 * JSON bodies that name uploads. They are told from recordings, which are also JSON and may be of any size, by the
 * beginning of the body: at most 64 KiB are looked at, and passed on to the decoder if they are a recording after all.
 */
import { z } from 'zod';
import { fieldProblem } from '../../http/validate.ts';
import { checked } from '../../text/wording.ts';
import { gain, samplingRate, unit, zeroLevel } from '../fields.ts';
import { type TableFields, tableFields, type UploadMetadata, uploadMetadata } from './metadata.ts';

/** Bytes of a body that names uploads. */
const MAX_BYTES = 65_536;
/** Files of one recording. */
const MAX_FILES = 100;
/** How an object begins, as far as it is there. */
const OBJECT = /^\s*(?:\{\s*(?:"|$)|$)/;

const { id, date, patient, study, notes } = uploadMetadata.shape;

/** The body of `POST /ecgs` for files that are uploaded already. */
export const EcgFromUploads = z
  .strictObject({
    uploads: z
      .array(z.string().meta({ example: '665f1c2ab7e4d1a2c3b4d5e6' }))
      .min(1)
      .max(MAX_FILES)
      .refine((ids) => new Set(ids).size === ids.length, 'must not repeat an id')
      .meta({
        description: 'The ids of complete uploads: the files of one recording, in any order. No id is repeated',
      }),
    id,
    date,
    patient,
    study,
    notes,
    samplingRate: samplingRate.optional(),
    unit: unit.optional(),
    gain: gain.optional(),
    zeroLevel: zeroLevel.optional(),
    ...tableFields.partial().shape,
  })
  .meta({ id: 'EcgFromUploads', description: 'A recording of files that were uploaded with /uploads' });

export interface Naming {
  uploads: readonly string[];
  said: UploadMetadata & TableFields;
}

type Pieces = AsyncGenerator<Uint8Array, void, void>;

/**
 * Reads a body that names uploads; any other body is returned unchanged.
 * @param length as announced; NaN if it is not
 * Errors: `validation-failed`, and those of the body.
 */
export async function namedUploads(body: Pieces, length: number): Promise<Naming | Pieces> {
  if (length > MAX_BYTES) return body;
  const held: Uint8Array[] = [];
  let size = 0;
  let lookAt = 1;
  for (;;) {
    const next = await body.next();
    if (next.done === true) break;
    held.push(next.value);
    size += next.value.length;
    if (size > MAX_BYTES) return after(held, body);
    // Not at every piece: they may be single bytes.
    if (size < lookAt) continue;
    lookAt = 2 * size;
    // Without a byte order mark, and without the first bytes of a character whose last ones are to come.
    const text = new TextDecoder().decode(Buffer.concat(held), { stream: true });
    if (!OBJECT.test(text) || text.includes('"leads"')) return after(held, body);
  }
  const value = objectIn(Buffer.concat(held));
  if (!value || !Object.hasOwn(value, 'uploads') || Object.hasOwn(value, 'leads')) return after(held, body);
  const { data, faults } = checked(EcgFromUploads, value);
  if (faults) throw fieldProblem(faults);
  const { uploads, ...said } = data;
  return { uploads, said };
}

async function* after(held: readonly Uint8Array[], body: Pieces): Pieces {
  try {
    yield* held;
    yield* body;
  } finally {
    await body.return();
  }
}

function objectIn(bytes: Uint8Array): object | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
