/** Converts stored recordings to answers. */
import { dateText } from './date.ts';
import { openFacts } from './store/open-facts.ts';
import type { StoredChannel, StoredEcg } from './store/model.ts';
import type { Ecg, EcgChannel, EcgShort } from './schema.ts';
import { calculableLeads } from './reading/calculated.ts';
import { evidentFindings } from './store/evident.ts';
import { listedOf } from './store/listed.ts';

/** The recording as shown to its owner. */
export const ecgView = (ecg: StoredEcg): Ecg => ({
  id: ecg._id.toHexString(),
  externalId: ecg.externalId,
  date: dateText(ecg),
  patient: ecg.patient,
  study: ecg.study,
  notes: ecg.notes,
  format: ecg.format,
  fileName: ecg.fileName ?? null,
  recordName: ecg.recordName ?? null,
  open: openFacts(ecg),
  original: ecg.original ? { files: ecg.original.files.map(({ name, bytes }) => ({ name, bytes })) } : null,
  subject: ecg.subject,
  part: ecg.part,
  siblings: ecg.siblings.map((id) => id.toHexString()),
  annotations: ecg.annotations,
  channels: ecg.channels.map(channelView),
  calculableLeads: calculableLeads(ecg),
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

/** The recording in a short list. @param patientName according to the directory */
export function shortView(ecg: StoredEcg, patientName: string | null): EcgShort {
  const {
    open: _open,
    original: _original,
    siblings: _siblings,
    channels: _channels,
    calculableLeads: _calculable,
    ...rest
  } = ecgView(ecg);
  const { duration, samplingRate } = ecg.listed ?? listedOf(ecg);
  return {
    ...rest,
    patientName,
    duration,
    samplingRate,
    checks: evidentFindings(ecg.channels),
    leads: ecg.channels.map(({ name, lead, samplingRate: rate, summary: { samples, zeroCrossings } }) => ({
      name,
      lead,
      zeroCrossings,
      crossingsPerSecond: rate === null || samples === 0 ? null : zeroCrossings / (samples / rate),
    })),
  };
}
