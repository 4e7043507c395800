/** Decoder for SCP-ECG (EN 1064, ISO 11073-91064): the rhythm, and the reference beat as a part of its own. */
import { wholeFile } from '../common/whole-file.ts';
import { allPresent } from '../common/int16-run.ts';
import { figure } from '../common/messages.ts';
import type { Decoder, DecoderEvent } from '../types.ts';
import { sectionsOf } from './container.ts';
import { contentError } from './failure.ts';
import { type Part, ScpFile } from './file.ts';
import { BLOCK_SAMPLES, MISSING_INT16, type Samples } from '../../signal/samples.ts';
import { MAX_ANNOTATIONS_A_RUN } from '../types.ts';

/** Bytes of a file: sections are pointed to, so it is held in memory. 255 leads of 65,535 bytes fit. */
export const MAX_FILE_BYTES = 32 << 20;

/**
 * Keeps the digits unchanged, with the gain in units per microvolt. Leads that begin later than others have missing
 * samples before them. The reference beat is a second recording, if it was not subtracted from the rhythm.
 * @throws FormatError `syntax` if the bytes are not an undamaged SCP-ECG file, `content` if it has no leads, is
 * compressed with a reference beat or bimodally, or contradicts itself
 */
export const decodeScp: Decoder = async function* ({ main }, limits) {
  const bytes = await wholeFile(main.bytes, MAX_FILE_BYTES, () =>
    contentError(MAX_FILE_BYTES, `SCP-ECG files of more than ${figure(MAX_FILE_BYTES)} bytes are not supported.`),
  );
  const { sections, warnings } = sectionsOf(bytes);
  const file = new ScpFile(sections, limits);
  file.warnings.push(...warnings);
  for (const part of file.parts()) yield* eventsOf(part, file);
};

function* eventsOf(part: Part, file: ScpFile): Generator<DecoderEvent, void, void> {
  const { signals, leads, annotations } = part;
  for (const channel of leads.keys()) yield { kind: 'sampling-rate', channel, samplingRate: signals.samplingRate };
  for (const [channel, lead] of leads.entries()) {
    for (const samples of runsOf(lead.leading, part.read(channel))) yield { kind: 'samples', channel, samples };
    yield { kind: 'channel-end', channel };
  }
  for (let from = 0; from < annotations.length; from += MAX_ANNOTATIONS_A_RUN)
    yield { kind: 'annotations', annotations: annotations.slice(from, from + MAX_ANNOTATIONS_A_RUN) };
  yield { kind: 'recording', recording: file.describe(part) };
}

/** Missing samples, then the samples of a lead, in runs of a block at most. */
function* runsOf(leading: number, samples: Int16Array): Generator<Samples, void, void> {
  if (leading > 0) {
    const missing = new Int16Array(Math.min(leading, BLOCK_SAMPLES)).fill(MISSING_INT16);
    for (let left = leading; left > 0; left -= BLOCK_SAMPLES) yield missing.subarray(0, Math.min(left, BLOCK_SAMPLES));
  }
  for (let from = 0; from < samples.length; from += BLOCK_SAMPLES)
    yield allPresent(samples.subarray(from, from + BLOCK_SAMPLES));
}
