/** Converts stored recordings to answers. */
import type { StoredChannel, StoredEcg } from './store/model.ts';
import type { Ecg, EcgChannel } from './schema.ts';

/** The recording as shown to its owner. */
export const ecgView = (ecg: StoredEcg): Ecg => ({
  id: ecg._id.toHexString(),
  externalId: ecg.externalId,
  date: ecg.date?.toISOString() ?? null,
  patient: ecg.patient,
  study: ecg.study,
  notes: ecg.notes,
  format: ecg.format,
  subject: ecg.subject,
  part: ecg.part,
  siblings: ecg.siblings.map((id) => id.toHexString()),
  annotations: ecg.annotations,
  channels: ecg.channels.map(channelView),
  createdAt: ecg.createdAt.toISOString(),
  updatedAt: ecg.updatedAt.toISOString(),
  version: ecg.version,
});

const channelView = ({
  name,
  lead,
  samplingRate,
  unit,
  gain,
  zeroLevel,
  calibrated,
  sampleType,
  summary,
}: StoredChannel): EcgChannel => ({
  name,
  lead,
  samplingRate,
  unit,
  gain,
  zeroLevel,
  calibrated,
  sampleType,
  samples: summary.samples,
  missing: summary.missing,
  duration: samplingRate === null ? null : summary.samples / samplingRate,
});
