/** Annotations in MongoDB: stored in runs of at most a thousand as packed columns, read in pages. */
import { createHash, type Hash } from 'node:crypto';
import { type Collection, type Connection, mongo, Types } from 'mongoose';
import type { Annotation } from '../../formats/types.ts';
import { MAX_ANNOTATIONS_A_RUN } from '../../formats/types.ts';
import type { Written } from './batch-writer.ts';
import { annotationCollection, attachedCollection, type StoredAnnotations } from './content-model.ts';
import { MAJORITY, type ObjectId, type StoredEcg } from './model.ts';

/** Writes the annotations of a recording that is not published yet. */
export class AnnotationWriter {
  /** The number of annotations added. */
  count = 0;
  /** The time of the latest, in seconds. */
  latest = -Infinity;
  /** By channel; -1: for annotations of all channels. */
  readonly #hashes = new Map<number, Hash>();
  #held: Annotation[] = [];
  #index = 0;
  readonly #database: Connection;
  readonly #of: Written;

  constructor(database: Connection, of: Written) {
    this.#database = database;
    this.#of = of;
  }

  /** Resolves when more may be added. */
  async add(annotations: readonly Annotation[]): Promise<void> {
    this.count += annotations.length;
    for (const annotation of annotations) {
      const { at, duration, channel, code, text } = annotation;
      this.latest = Math.max(this.latest, at);
      this.#hashOf(channel ?? -1).update(JSON.stringify([at, duration, code, text]));
      this.#held.push(annotation);
      if (this.#held.length === MAX_ANNOTATIONS_A_RUN) await this.flush();
    }
  }

  /**
   * SHA-256 of everything that was added; to be called once. @param names of the channels; their order does not matter
   */
  digest(names: readonly string[]): Buffer {
    const rows = [...this.#hashes].map(([channel, hash]) =>
      JSON.stringify([names[channel] ?? null, hash.digest('hex')]),
    );
    return createHash('sha256').update(rows.toSorted().join('\n')).digest();
  }

  #hashOf(channel: number): Hash {
    const hash = this.#hashes.get(channel) ?? createHash('sha256');
    this.#hashes.set(channel, hash);
    return hash;
  }

  /** Resolves when everything that was added is stored. */
  async flush(): Promise<void> {
    if (this.#held.length === 0) return;
    const rows = this.#held;
    this.#held = [];
    await writeRun(this.#database, this.#of, this.#index++, rows);
  }
}

/** Stores one run. Errors: those of the database, also if the run already exists. */
export async function writeRun(
  database: Connection,
  of: Written,
  index: number,
  rows: readonly Annotation[],
): Promise<void> {
  await annotationCollection(database).insertOne({ _id: new Types.ObjectId(), ...of, index, ...packed(rows) });
}

/** The annotations of one run; none if it does not exist. */
export async function readRun(database: Connection, ecg: ObjectId, index: number): Promise<Annotation[]> {
  const run = await annotationCollection(database).findOne({ ecg, index });
  return run ? unpacked(run) : [];
}

/** The indices of a recording's runs that are missing. */
export async function missingRuns(
  database: Connection,
  { _id, annotations }: Pick<StoredEcg, '_id' | 'annotations'>,
): Promise<number[]> {
  // All runs but the last are full.
  const runs = Math.ceil(annotations / MAX_ANNOTATIONS_A_RUN);
  if (runs === 0) return [];
  // Both queries read only the index.
  const stored = annotationCollection(database);
  if ((await stored.countDocuments({ ecg: _id }, { readConcern: MAJORITY })) === runs) return [];
  const options = { projection: { _id: 0, index: 1 }, readConcern: MAJORITY } as const;
  const there = new Set((await stored.find({ ecg: _id }, options).toArray()).map(({ index }) => index));
  return Array.from({ length: runs }, (_, index) => index).filter((index) => !there.has(index));
}

/** A place in runs: run and row. */
export type AnnotationPlace = [run: number, row: number];

/** Which annotations are wanted. */
export interface AnnotationFilter {
  /** Seconds from the first sample, half-open. Marks may lie before the first sample and after the last. */
  from?: number | undefined;
  to?: number | undefined;
  code?: string | undefined;
}

/** Where runs are stored, and which of them are meant. */
type Runs = { in: Collection<StoredAnnotations>; those: { ecg: ObjectId; file?: ObjectId } };

/** The runs of the annotations that came with a recording. */
export const ownRuns = (database: Connection, ecg: ObjectId): Runs => ({
  in: annotationCollection(database),
  those: { ecg },
});

/** The runs of a file that was attached to it. */
export const attachedRuns = (database: Connection, ecg: ObjectId, file: ObjectId): Runs => ({
  in: attachedCollection(database) as unknown as Collection<StoredAnnotations>,
  those: { ecg, file },
});

/**
 * Annotations in order of time, as what is made of them.
 * @param start the place of the first one that may be returned
 * @param most to return
 * @param made of an annotation and its place
 */
export async function readRuns<T>(
  runs: Runs,
  { from = -Infinity, to = Infinity, code }: AnnotationFilter,
  start: AnnotationPlace,
  most: number,
  made: (annotation: Annotation, run: number, row: number) => T,
): Promise<T[]> {
  const found: T[] = [];
  const isMeant = { ...runs.those, index: { $gte: start[0] }, last: { $gte: from }, first: { $lt: to } };
  const stored = runs.in.find({ ...isMeant, ...(code !== undefined && { code }) } as never, {
    sort: { index: 1 },
    batchSize: 1,
  });
  for await (const run of stored) {
    const rows = unpacked(run);
    for (let row = run.index === start[0] ? start[1] : 0; row < rows.length; row++) {
      const annotation = rows[row] as Annotation;
      if (annotation.at < from || annotation.at >= to) continue;
      if (code !== undefined && annotation.code !== code) continue;
      if (found.length === most) return found;
      found.push(made(annotation, run.index, row));
    }
  }
  return found;
}

/** Annotations as they are stored: runs of rows in order of time. */
export const packedRuns = (annotations: readonly Annotation[]): (Columns & { index: number })[] =>
  Array.from({ length: Math.ceil(annotations.length / MAX_ANNOTATIONS_A_RUN) }, (_, index) => {
    const from = index * MAX_ANNOTATIONS_A_RUN;
    return { index, ...packed(annotations.slice(from, from + MAX_ANNOTATIONS_A_RUN)) };
  });

type Columns = Pick<StoredAnnotations, 'first' | 'last' | 'at' | 'duration' | 'channel' | 'code' | 'text'>;

function packed(rows: readonly Annotation[]): Columns {
  const at = Float64Array.from(rows, (row) => row.at);
  return {
    first: at[0] as number,
    last: at.at(-1) as number,
    at: binary(at),
    duration: binary(Float64Array.from(rows, (row) => row.duration ?? NaN)),
    channel: binary(Int32Array.from(rows, (row) => row.channel ?? -1)),
    code: rows.map((row) => row.code),
    text: rows.map((row) => row.text),
  };
}

function unpacked({ at, duration, channel, code, text }: StoredAnnotations): Annotation[] {
  const [times, durations, channels] = [view(at), view(duration), view(channel)];
  return code.map((_, row) => {
    const length = durations.getFloat64(row * 8, true);
    const number = channels.getInt32(row * 4, true);
    return {
      at: times.getFloat64(row * 8, true),
      duration: Number.isNaN(length) ? null : length,
      channel: number < 0 ? null : number,
      code: code[row] ?? null,
      text: text[row] ?? null,
    };
  });
}

const binary = (values: Float64Array | Int32Array): mongo.Binary => new mongo.Binary(Buffer.from(values.buffer));
const view = ({ buffer, position }: mongo.Binary): DataView => new DataView(buffer.buffer, buffer.byteOffset, position);
