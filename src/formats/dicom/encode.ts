/** Encoder for DICOM ECG waveforms: explicit VR little endian, samples are streamed. */
import { baseName } from '../common/file-names.ts';
import { markerOf } from '../../signal/samples.ts';
import type { ReadFrames } from '../common/frames.ts';
import type { Encoder, WritableRecording } from '../types.ts';
import { checkSubject, groupDescription, headerOf, metaOf } from './describe.ts';
import { planOf, type Plan, type PlannedGroup } from './plan.ts';
import { uidOf } from './uids.ts';
import { annotationsOf } from './written-annotations.ts';
import { closeItem, closeSequence, head, openItem, openSequence } from './writer.ts';

/** Frames interleaved at once. */
const FRAMES = 65_536;

/**
 * Writes one file. The UIDs are derived from the recording's id and the content: the same export has the same UIDs.
 * @throws FormatError `content` at once for samples that are not 32-bit integers, an unknown rate, or more groups or
 * channels than an object can hold
 */
export const encodeDicom: Encoder = (recording, read) => {
  checkSubject(recording.subject);
  return [{ name: `${baseName(recording)}.dcm`, bytes: bytesOf(recording, planOf(recording), read) }];
};

async function* bytesOf(
  recording: WritableRecording,
  plan: Plan,
  read: ReadFrames,
): AsyncGenerator<Uint8Array, void, void> {
  const instanceUid = await uidOf('instance', recording.id, JSON.stringify({ ...recording, name: undefined }));
  yield metaOf(plan, instanceUid, await uidOf('implementation', 'leadwire'));
  yield await headerOf(recording, plan, instanceUid);
  yield* annotationsOf(recording, plan);
  yield openSequence('waveformSequence');
  for (const group of plan.groups) {
    const length = group.samples * group.channels.length * group.bytesPerSample;
    yield Buffer.concat([openItem(), groupDescription(group, recording.channels), head('waveformData', length)]);
    yield* interleaved(group, read);
    yield closeItem();
  }
  yield closeSequence();
}

async function* interleaved(group: PlannedGroup, read: ReadFrames): AsyncGenerator<Uint8Array, void, void> {
  const step = group.channels.length;
  const lanes = group.channels.map((channel) => ({ channel, perFrame: 1 }));
  for await (const { count, runs } of read(lanes, FRAMES)) {
    const bytes = Buffer.alloc(count * step * group.bytesPerSample);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const [index, ofChannel] of runs.entries()) {
      let place = index;
      for (const samples of ofChannel) {
        const missing = markerOf(samples);
        for (let i = 0; i < samples.length; i++, place += step) {
          const value = samples[i] as number;
          const stored = value === missing || value !== value ? (group.padding as number) : value;
          if (group.bytesPerSample === 2) view.setInt16(2 * place, stored, true);
          else view.setInt32(4 * place, stored, true);
        }
      }
    }
    yield bytes;
  }
}
