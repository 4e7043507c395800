/** `include=`: the patients of a page with their studies, encounters and conditions; one query per kind. */
import type { Connection, Model, PipelineStage } from 'mongoose';
import type { Child } from '../children.ts';
import { conditionModel } from '../conditions/model.ts';
import { conditionView } from '../conditions/view.ts';
import { encounterModel } from '../encounters/model.ts';
import { encounterView } from '../encounters/view.ts';
import { studyModel } from '../studies/model.ts';
import { studyView } from '../studies/view.ts';
import type { StoredPatient } from './model.ts';
import type { Includable, ListedPatient } from './schema.ts';

/** How many documents of each kind are shown with a patient; the patient's own lists show all. */
export const MAX_INCLUDED = 20;

/** Fields that only lists and imports use; they are a third of a study. */
const NOT_SHOWN: PipelineStage = { $project: { facets: 0, references: 0, importKey: 0 } };

/** Documents per batch of the database's answer: enough for any page of the default size. */
const BATCH = 10_000;

type Included = Pick<ListedPatient, Includable>;
type Counted = Pick<StoredPatient, '_id' | 'counts'>;

/** What is shown with each patient, in the order of the patients. */
export async function included(
  database: Connection,
  patients: readonly Counted[],
  kinds: readonly Includable[],
): Promise<Included[]> {
  const shown = await Promise.all(kinds.map((kind) => SHOW[kind](database, patients)));
  return patients.map((_, i) => Object.assign({}, ...shown.map((one) => one[i])) as Included);
}

const SHOW: Record<Includable, (database: Connection, patients: readonly Counted[]) => Promise<Included[]>> = {
  studies: async (database, patients) =>
    (await newest(studyModel(database), patients, 'studies')).map(({ count, items }) => ({
      studies: { count, items: items.map(studyView) },
    })),
  encounters: async (database, patients) =>
    (await newest(encounterModel(database), patients, 'encounters')).map(({ count, items }) => ({
      encounters: { count, items: items.map(encounterView) },
    })),
  conditions: async (database, patients) =>
    (await newest(conditionModel(database), patients, 'conditions')).map(({ count, items }) => ({
      conditions: { count, items: items.map(conditionView) },
    })),
};

/**
 * The newest documents of each patient. Patients with few documents share one part of the query. Each patient with more
 * than are shown has a part of its own, which reads no more than those.
 */
async function newest<Stored extends Child>(
  model: Model<Stored>,
  patients: readonly Counted[],
  kind: Includable,
): Promise<{ count: number; items: Stored[] }[]> {
  const few = patients.filter(({ counts }) => counts[kind] > 0 && counts[kind] <= MAX_INCLUDED);
  const many = patients.filter(({ counts }) => counts[kind] > MAX_INCLUDED);
  const ofMany = many.map(({ _id }): PipelineStage => ({
    $unionWith: {
      coll: model.collection.collectionName,
      pipeline: [{ $match: { patient: _id } }, { $sort: { order: -1 } }, { $limit: MAX_INCLUDED }],
    },
  }));
  const found =
    few.length + many.length === 0
      ? []
      : await model
          .aggregate<Stored>([{ $match: { patient: { $in: few.map(({ _id }) => _id) } } }, ...ofMany, NOT_SHOWN])
          .option({ batchSize: BATCH });
  const byPatient = new Map(patients.map(({ _id }): [string, Stored[]] => [_id.toHexString(), []]));
  for (const document of found) byPatient.get(document.patient.toHexString())?.push(document);
  return patients.map(({ _id, counts }) => ({
    count: counts[kind],
    items: (byPatient.get(_id.toHexString()) ?? [])
      .toSorted((a, b) => (a.order < b.order ? 1 : -1))
      .slice(0, MAX_INCLUDED),
  }));
}
