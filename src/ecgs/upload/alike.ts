/** Compares what accompanies two recordings of the same content. */
import { isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import type { StoredEcg } from '../store/model.ts';

/** What accompanies the content of a recording. */
export type Told = Pick<StoredEcg, 'patient' | 'study' | 'notes' | 'subject' | 'annotations' | 'annotationDigest'>;

/** The fields of `Told`, as a projection. */
export const TOLD = { patient: 1, study: 1, notes: 1, subject: 1, annotations: 1, annotationDigest: 1 } as const;

export type ToldField = 'patient' | 'study' | 'notes' | 'subject' | 'annotations';

const SAME: Readonly<Record<ToldField, (a: Told, b: Told) => boolean>> = {
  patient: (a, b) => a.patient === b.patient,
  study: (a, b) => a.study === b.study,
  notes: (a, b) => a.notes === b.notes,
  subject: (a, b) => isDeepStrictEqual(a.subject, b.subject),
  // Recordings of earlier versions have no digest of their annotations; for them the count must suffice.
  annotations: (a, b) =>
    a.annotations === b.annotations &&
    (!a.annotationDigest || !b.annotationDigest || sameBytes(a.annotationDigest, b.annotationDigest)),
};

/** The fields in which two recordings differ. */
export const differences = (a: Told, b: Told): ToldField[] =>
  (Object.keys(SAME) as ToldField[]).filter((field) => !SAME[field](a, b));

/** Whether a recording has a value in this field. */
export const tells = (told: Told, field: ToldField): boolean => told[field] !== null && told[field] !== 0;

export const sameBytes = (a: mongo.Binary, b: mongo.Binary): boolean =>
  Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
