/** All annotations of a recording in one order: those of its file, of attached files, and the reader's own. */
import { type Connection, type QueryFilter, Types } from 'mongoose';
import type { Annotation } from '../../formats/types.ts';
import { type AnnotationFilter, type AnnotationPlace, attachedRuns, ownRuns, readRuns } from '../store/annotations.ts';
import type { ObjectId, StoredEcg } from '../store/model.ts';
import type { StoredMark } from './model.ts';
import { readMarks } from './marks.ts';

/** Where annotations come from, in the order of those with the same time. */
export const SOURCES = ['file', 'attached', 'own'] as const;
export type Source = (typeof SOURCES)[number];

/**
 * The position of an annotation: its time, the number of its source, the id of its attached file or its own id (none
 * for those that came with the recording: an empty text), and its place in stored runs.
 */
export type Position = [at: number, source: number, id: string, run: number, row: number];

export type Listed = { position: Position } & (
  | { source: 'file'; annotation: Annotation }
  | { source: 'attached'; annotation: Annotation; file: ObjectId }
  | { source: 'own'; annotation: StoredMark }
);

export interface ListFilter extends AnnotationFilter {
  /** All sources if omitted. */
  source?: Source | undefined;
}

type Ecg = Pick<StoredEcg, '_id' | 'attached'>;

/**
 * The first annotations in the order of their positions.
 * @param after the position of the last one that is known; null: from the beginning
 * @param most to return
 */
export async function mergedAnnotations(
  database: Connection,
  ecg: Ecg,
  { source, ...filter }: ListFilter,
  after: Position | null,
  most: number,
): Promise<Listed[]> {
  const parts: Promise<Listed[]>[] = [];
  const isWanted = (one: Source): boolean => source === undefined || source === one;
  if (isWanted('file')) parts.push(fromFile(database, ecg._id, filter, after, most));
  if (isWanted('attached'))
    for (const { _id } of ecg.attached ?? []) parts.push(fromAttached(database, ecg._id, _id, filter, after, most));
  if (isWanted('own')) parts.push(fromReader(database, ecg._id, filter, after, most));
  const found = (await Promise.all(parts)).filter((part) => part.length > 0);
  if (found.length === 1) return found[0] as Listed[];
  return found
    .flat()
    .toSorted((a, b) => compared(a.position, b.position))
    .slice(0, most);
}

function compared(a: Position, b: Position): number {
  const differing = a.findIndex((value, i) => value !== b[i]);
  if (differing === -1) return 0;
  return (a[differing] as number | string) < (b[differing] as number | string) ? -1 : 1;
}

async function fromFile(
  database: Connection,
  ecg: ObjectId,
  filter: AnnotationFilter,
  after: Position | null,
  most: number,
): Promise<Listed[]> {
  const { start, later } = continued(filter, after, 0, '');
  return readRuns(ownRuns(database, ecg), later, start, most, (annotation, run, row) => ({
    source: 'file',
    annotation,
    position: [annotation.at, 0, '', run, row],
  }));
}

async function fromAttached(
  database: Connection,
  ecg: ObjectId,
  file: ObjectId,
  filter: AnnotationFilter,
  after: Position | null,
  most: number,
): Promise<Listed[]> {
  const id = file.toHexString();
  const { start, later } = continued(filter, after, 1, id);
  return readRuns(attachedRuns(database, ecg, file), later, start, most, (annotation, run, row) => ({
    source: 'attached',
    annotation,
    file,
    position: [annotation.at, 1, id, run, row],
  }));
}

/** Where runs go on after a position: behind it in its own runs, in others at its time or behind it. */
function continued(
  filter: AnnotationFilter,
  after: Position | null,
  source: number,
  id: string,
): { start: AnnotationPlace; later: AnnotationFilter } {
  if (!after) return { start: [0, 0], later: filter };
  const [at, lastSource, lastId, run, row] = after;
  if (lastSource === source && lastId === id) return { start: [run, row + 1], later: filter };
  const isBefore = source < lastSource || (source === lastSource && id < lastId);
  const from = Math.max(filter.from ?? -Infinity, isBefore ? nextDouble(at) : at);
  return { start: [0, 0], later: { ...filter, from } };
}

/** The smallest double above a value: a bound that leaves the value itself out. */
function nextDouble(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}

async function fromReader(
  database: Connection,
  ecg: ObjectId,
  filter: AnnotationFilter,
  after: Position | null,
  most: number,
): Promise<Listed[]> {
  return (await readMarks(database, ecg, filter, after ? behind(after) : {}, most)).map((annotation) => ({
    source: 'own',
    annotation,
    position: [annotation.at, 2, annotation._id.toHexString(), 0, 0],
  }));
}

const behind = ([at, source, id]: Position): QueryFilter<StoredMark> =>
  source === 2 ? { $or: [{ at: { $gt: at } }, { at, _id: { $gt: new Types.ObjectId(id) } }] } : { at: { $gte: at } };
