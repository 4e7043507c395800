/**
 * Input and output of `/studies` and `/patients/{id}/studies`. These schemas validate requests and are components of
 * the API document.
 */
import { z } from 'zod';
import type { Limits } from '../../startup/config.ts';
import { listOf, pageQuery } from '../../http/paging.ts';
import { searchText } from '../../http/search-text.ts';
import { text } from '../../text/plain-text.ts';
import { attribution, longText, maybe, moment, reference } from '../fields.ts';

export const URGENCY_LEVELS = ['HIGH', 'MID', 'LOW'] as const;

const urgencyLevel = z.enum(URGENCY_LEVELS);
const type = text().meta({
  description: 'Free text; usual values are ECG, HOLTER, XRAY, MAMMOGRAM, CT, MRI and ULTRASOUND',
  example: 'ECG',
});
const optionalFields = {
  bodyPart: maybe(text()).meta({ example: 'CHEST' }),
  description: maybe(longText()),
  performedAt: maybe(moment()),
};

const fields = { urgencyLevel, type, ...optionalFields };

export const NewPatientStudy = z.strictObject(fields).meta({ id: 'NewPatientStudy' });
export type NewPatientStudy = z.infer<typeof NewPatientStudy>;

export const NewStudy = z.strictObject({ patient: reference(), ...fields }).meta({ id: 'NewStudy' });
export type NewStudy = z.infer<typeof NewStudy>;

export const StudyPatch = z
  .strictObject(fields)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must have at least one field to change')
  .meta({
    id: 'StudyPatch',
    minProperties: 1,
    description: 'null removes an optional field; the patient of a study cannot be changed',
  });
export type StudyPatch = z.infer<typeof StudyPatch>;

const AttachedRecordings = z
  .strictObject({
    count: z.int(),
    items: z
      .array(
        z.strictObject({
          id: z.string(),
          externalId: z.string().nullable(),
          date: z.string().nullable().meta({ format: 'date-time' }),
          format: z.string(),
        }),
      )
      .meta({ description: 'The latest uploads, at most 20; the others are in GET /ecgs?study=' }),
  })
  .meta({ id: 'AttachedRecordings', description: "The caller's own recordings of a study" });
export type AttachedRecordings = z.infer<typeof AttachedRecordings>;

export const Study = z
  .strictObject({
    id: z.string(),
    patient: z.string(),
    urgencyLevel,
    type: z.string(),
    bodyPart: z.string().nullable(),
    description: z.string().nullable(),
    performedAt: z.string().nullable().meta({ format: 'date-time' }),
    ...attribution,
  })
  .meta({ id: 'Study' });
export type Study = z.infer<typeof Study>;

export const StudyWithRecordings = Study.extend({
  recordings: AttachedRecordings.optional().meta({
    description: 'Only for clinicians; admins have no access to recordings',
  }),
}).meta({ id: 'StudyWithRecordings' });
export type StudyWithRecordings = z.infer<typeof StudyWithRecordings>;

export const StudyList = listOf(StudyWithRecordings).meta({ id: 'StudyList' });
export type StudyList = z.infer<typeof StudyList>;

const filters = (limits: Pick<Limits, 'maxPageSize'>) => ({
  ...pageQuery(limits),
  sort: z.enum(['performedAt', '-performedAt']).default('-performedAt'),
  urgencyLevel: urgencyLevel.optional(),
  type: searchText().optional().meta({ description: 'Ignores case and accents' }),
  bodyPart: searchText().optional().meta({ description: 'Ignores case and accents' }),
  performedAtFrom: moment().optional().meta({ description: 'Performed then or later' }),
  performedAtTo: moment().optional().meta({ description: 'Performed before' }),
});

/** The query of `GET /patients/{id}/studies`. */
export const patientStudiesQuery = (limits: Pick<Limits, 'maxPageSize'>) => z.strictObject(filters(limits));
/** The query of `GET /studies`. */
export const studyListQuery = (limits: Pick<Limits, 'maxPageSize'>) =>
  z.strictObject({ ...filters(limits), patient: reference().optional().meta({ description: 'Id of the patient' }) });
export type StudyListQuery = z.infer<ReturnType<typeof studyListQuery>>;
