/** Fields shared by several schemas of recordings, each described once for the API document. */
import { z } from 'zod';
import {
  MAX_NOTES_LENGTH,
  MAX_REFERENCE_LENGTH,
  MAX_SAMPLING_RATE,
  MAX_UNIT_LENGTH,
  MIN_SAMPLING_RATE,
} from '../formats/common/bounds.ts';
import { CANONICAL_LEADS } from '../signal/leads.ts';

/** An id of the directory. */
export const reference = z.string().trim().min(1).max(MAX_REFERENCE_LENGTH);
export const patient = reference.nullable().meta({
  description:
    'Id of a patient of the directory. Changing it detaches the recording from its study, unless a study is given, too',
});
export const study = reference.nullable().meta({
  description:
    'Id of a study of that patient. If only the study is given, it determines the patient, unless the recording ' +
    'already belongs to another one',
});
export const notes = z.string().max(MAX_NOTES_LENGTH).nullable();
export const samplingRate = z.number().min(MIN_SAMPLING_RATE).max(MAX_SAMPLING_RATE).meta({ description: 'Hz' });
export const unit = z.string().trim().min(1).max(MAX_UNIT_LENGTH).meta({ description: 'Physical unit', example: 'mV' });
export const gain = z
  .number()
  .meta({ description: 'Stored units per physical unit: physical = (stored − zeroLevel) / gain; not 0' });
export const zeroLevel = z
  .number()
  .meta({ description: 'The stored value of physical zero; crossings are counted relative to it' });
export const lead = z.enum(CANONICAL_LEADS).nullable().meta({
  description: 'The standard lead; null if the name is not a known spelling, or if another channel has this lead',
});
/** What is said of every channel. */
export const channelFields = {
  name: z.string(),
  lead,
  samplingRate: samplingRate.nullable(),
  unit: unit.nullable(),
  gain,
  zeroLevel,
  calibrated: z.boolean().meta({
    description: 'True if the unit is a physical one and its gain is known; otherwise the values have no scale',
  }),
};
/** An instant. */
export const time = z.iso.datetime();
/** A duration. */
export const seconds = z.number().nullable().meta({ description: 'Seconds; null while the sampling rate is unknown' });
