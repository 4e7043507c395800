/** Fixtures in file formats: recordings of our synthesizer, written by our own encoders. */
import { encodeDicom } from '../src/formats/dicom/encode.ts';
import { encodeEdf } from '../src/formats/edf/encode.ts';
import { readFrom } from '../src/formats/common/frames.ts';
import type { Annotation, Encoder, WritableChannel, WritableRecording } from '../src/formats/types.ts';
import { encodeWfdb } from '../src/formats/wfdb/encode.ts';
import { MISSING_INT16 } from '../src/signal/samples.ts';
import { type EcgOptions, type SynthesizedEcg, synthesize } from '../src/synth/ecg.ts';

const NOBODY = { patientId: null, patientName: null, birthDate: null, sex: null, studyId: null };

/** Writes a recording. Returns the bytes of its files by name. */
async function written(
  encode: Encoder,
  id: string,
  ecg: SynthesizedEcg,
  annotations: Annotation[],
): Promise<Map<string, Buffer>> {
  const { samplingRate, unit, gain, zeroLevel, leads } = ecg;
  const channels = leads.map(({ name, samples }): WritableChannel => {
    const present = samples.filter((sample) => sample !== MISSING_INT16);
    return {
      name,
      lead: name,
      samplingRate,
      unit,
      gain,
      zeroLevel,
      calibrated: true,
      sampleType: 'int16',
      samples: samples.length,
      missing: samples.length - present.length,
      lowest: Math.min(...present),
      highest: Math.max(...present),
    };
  });
  const recording: WritableRecording = {
    id,
    externalId: null,
    date: '2026-01-15T09:30:00.000Z',
    notes: null,
    subject: NOBODY,
    channels,
    annotations,
  };
  const files = new Map<string, Buffer>();
  for (const { name, bytes } of encode(recording, readFrom(leads.map(({ samples }) => samples)))) {
    const pieces: Buffer[] = [];
    for await (const piece of bytes) pieces.push(Buffer.from(piece));
    files.set(name, Buffer.concat(pieces));
  }
  return files;
}

/** Two leads of an ambulatory recorder, with marked beats and a missing section. */
export function wfdbRecord(id: string): Promise<Map<string, Buffer>> {
  const ecg = synthesize({
    seed: 15,
    duration: 30,
    samplingRate: 250,
    heartRate: 72,
    noise: 12,
    wander: 120,
    gain: 200,
    zeroLevel: 1024,
    leads: ['II', 'V5'],
    ectopics: [9, 20],
    missing: [{ lead: 'V5', from: 12, to: 13 }],
  });
  const marks = ecg.beats.map(({ time, kind }): Annotation => ({
    at: Math.round(time * ecg.samplingRate) / ecg.samplingRate,
    duration: null,
    channel: null,
    code: kind === 'normal' ? 'N' : 'V',
    text: null,
  }));
  return written(encodeWfdb, id, ecg, marks);
}

/** Three leads. */
export const edfFile = (id: string): Promise<Map<string, Buffer>> => {
  const leads: EcgOptions['leads'] = ['I', 'II', 'V2'];
  const ecg = synthesize({ seed: 16, duration: 20, samplingRate: 250, heartRate: 64, noise: 10, hum: 5, leads });
  return written(encodeEdf, id, ecg, []);
};

/** The twelve standard leads. */
export const dicomFile = (id: string): Promise<Map<string, Buffer>> =>
  written(encodeDicom, id, synthesize({ seed: 17, duration: 10, heartRate: 80, noise: 6, wander: 50 }), []);
