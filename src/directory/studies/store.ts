/** What is specific to studies: their order and facets, and that a study with recordings is kept. */
import type { ClientSession, Connection, QueryFilter, Types } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import type { ChildKind } from '../children.ts';
import { assertNone, instants } from '../dates.ts';
import { ALL, facet, orderText } from '../order.ts';
import { assertUnused, type RecordingsPort } from '../recordings.ts';
import { type StoredStudy, type StudyFields, studyModel } from './model.ts';
import type { NewPatientStudy, StudyListQuery, StudyPatch } from './schema.ts';

/** The fields of a patch as they are stored. Errors: `validation-failed`. */
export function studyChanges({ performedAt, ...said }: StudyPatch, zone: ClinicZone): Partial<StudyFields> {
  const named = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const { read, faults } = instants({ performedAt }, zone);
  assertNone(faults);
  return { ...named, ...read };
}

export const newStudy = (said: NewPatientStudy, zone: ClinicZone): StudyFields => ({
  urgencyLevel: said.urgencyLevel,
  type: said.type,
  bodyPart: null,
  description: null,
  performedAt: null,
  ...studyChanges(said, zone),
});

/** The filter of a list. The rarest facet comes first, since the index is searched by it. */
export function findableBy({
  patient,
  bodyPart,
  type,
  urgencyLevel,
}: Pick<StudyListQuery, 'patient' | 'bodyPart' | 'type' | 'urgencyLevel'>): QueryFilter<StoredStudy> {
  const named = Object.entries({ patient, bodyPart, type, urgencyLevel }).flatMap(([name, value]) =>
    value === undefined ? [] : [facet(name, value)],
  );
  return { $and: (named.length > 0 ? named : [ALL]).map((value) => ({ facets: value })) };
}

/** The derived fields of a study. */
export const deriveStudy = ({
  _id,
  patient,
  urgencyLevel,
  type,
  bodyPart,
  performedAt,
}: StudyFields & Pick<StoredStudy, '_id' | 'patient'>): Pick<StoredStudy, 'order' | 'facets'> => ({
  order: orderText([performedAt?.toISOString() ?? ''], _id),
  facets: [
    ALL,
    facet('patient', patient.toHexString()),
    facet('urgencyLevel', urgencyLevel),
    facet('type', type),
    ...(bodyPart === null ? [] : [facet('bodyPart', bodyPart)]),
  ],
});

/** @param userId the user who removes a study; unused otherwise */
export const studies = (recordings: RecordingsPort | null, userId: string): ChildKind<StoredStudy, StudyFields> => ({
  resource: 'study',
  counter: 'studies',
  model: studyModel,
  derive: deriveStudy,
  check: () => Promise.resolve(),
  mayRemove: async (_database, study, session) => {
    if (recordings)
      assertUnused(
        await recordings.referring({ study: study._id.toHexString() }, userId, session),
        'study-in-use',
        'First remove the recordings or detach them from the study.',
      );
  },
});

/**
 * Writes the study in a transaction that adds a reference to it, and returns its patient. Null if there is no such
 * study.
 */
export async function holdStudy(
  database: Connection,
  _id: Types.ObjectId,
  session: ClientSession,
): Promise<Types.ObjectId | null> {
  const study = await studyModel(database)
    .findOneAndUpdate({ _id }, { $inc: { references: 1 } }, { session, projection: { patient: 1 } })
    .lean<Pick<StoredStudy, 'patient'>>();
  return study?.patient ?? null;
}
