/** Stored studies → API documents. */
import { attributionView } from '../documents.ts';
import type { StoredStudy } from './model.ts';
import type { AttachedRecordings, Study, StudyWithRecordings } from './schema.ts';

export const studyView = (study: StoredStudy): Study => ({
  id: study._id.toHexString(),
  patient: study.patient.toHexString(),
  urgencyLevel: study.urgencyLevel,
  type: study.type,
  bodyPart: study.bodyPart,
  description: study.description,
  performedAt: study.performedAt?.toISOString() ?? null,
  ...attributionView(study),
});

/** @param attached the caller's own recordings by study; null for a caller who may not see recordings */
export const studyWithRecordings = (
  study: StoredStudy,
  attached: ReadonlyMap<string, AttachedRecordings> | null,
): StudyWithRecordings => ({
  ...studyView(study),
  ...(attached && { recordings: attached.get(study._id.toHexString()) ?? { count: 0, items: [] } }),
});
