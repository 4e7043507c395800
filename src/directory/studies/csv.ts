/** Imports studies from CSV files with the columns of the system that kept patients with their studies. */
import { createHash } from 'node:crypto';
import { Types } from 'mongoose';
import { wholeDocuments } from '../../database/models.ts';
import type {
  ApplyContext,
  Applied,
  ImportKind,
  ReadContext,
  ReadRow,
  Row,
  RowError,
  RowResult,
} from '../../imports/kind.ts';
import { text } from '../../text/plain-text.ts';
import {
  Batch,
  type Column,
  countIn,
  itemOf,
  oneOf,
  patientsIn,
  readColumns,
  referredTo,
  unknownPatient,
} from '../csv.ts';
import { type StoredStudy, type StudyFields, studyModel } from './model.ts';
import { NewPatientStudy } from './schema.ts';
import { deriveStudy, newStudy } from './store.ts';

/** One row: the patient's id in the file's source, and the study. */
export interface StudyRow {
  patient: string;
  fields: StudyFields;
}

const COLUMNS: Record<string, Column> = {
  urgency_level: { field: 'urgencyLevel', read: oneOf({ high: 'HIGH', mid: 'MID', low: 'LOW' } as const) },
  body_part: { field: 'bodyPart' },
  description: { field: 'description' },
  type: { field: 'type' },
  patient_id: { field: 'patient' },
};

const rowSchema = NewPatientStudy.extend({ patient: text() });

/**
 * Studies have no id in a file. They are identified by the source, the row's content, and its occurrence among equal
 * rows.
 */
export const studiesCsv: ImportKind<StudyRow> = {
  name: 'studies',
  dialects: [{ name: 'plain', required: Object.keys(COLUMNS) }],
  countsOccurrences: true,
  read,
  apply,
};

function read(row: Row, { zone }: ReadContext): { item: StudyRow } | { errors: readonly RowError[] } {
  const result = readColumns(row, COLUMNS, rowSchema);
  if ('errors' in result) return result;
  const { patient, ...said } = result.said;
  return itemOf(row, COLUMNS, () => ({ patient, fields: newStudy(said, zone) }));
}

async function apply(rows: readonly ReadRow<StudyRow>[], context: ApplyContext): Promise<Applied> {
  const { database, session, source, userId } = context;
  const keys = rows.map(({ digest, occurrence }) =>
    createHash('sha256')
      .update(JSON.stringify([source, digest, occurrence]))
      .digest('hex'),
  );
  const found = await studyModel(database)
    .find({ importKey: { $in: keys } })
    .session(session)
    .lean<StoredStudy[]>();
  const batch = new Batch<StoredStudy>(new Map(found.map((study) => [study.importKey ?? '', study])), userId);
  const { ids, made } = await patientsIn(
    referredTo(rows),
    referredTo(rows.filter((_, i) => !batch.get(keys[i] ?? ''))),
    context,
  );

  const results = rows.map(({ item }, i): RowResult => {
    const importKey = keys[i] ?? '';
    // The patient's identifier may have changed since; the row is recognised anyway.
    if (batch.get(importKey)) return 'unchanged';
    const patient = ids.get(item.patient);
    if (!patient) return unknownPatient('patient_id', item.patient);
    const study = { _id: new Types.ObjectId(), patient, ...item.fields };
    return batch.insert(importKey, { ...study, ...deriveStudy(study), importKey });
  });

  const writes = batch.writes();
  if (writes.length > 0) await wholeDocuments(studyModel(database)).bulkWrite(writes, { session });
  await countIn(context, 'studies', batch.created());
  return { results, alsoCreated: made > 0 ? { patients: made } : {} };
}
