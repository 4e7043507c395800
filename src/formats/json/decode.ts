/** Decoder for the JSON upload: `{ id, date, leads: [{ name, signal }] }`, of any size, in constant memory. */
import { SLICE } from '../common/window.ts';
import type { Decoder } from '../types.ts';
import { RecordingBuilder } from './recording.ts';
import { Scanner } from './scanner.ts';

/**
 * Yields the samples lead by lead (channel = position in `leads`) as doubles, NaN for null. What precedes a lead's
 * signal of its zero level and sampling rate is yielded first. The recording comes at the end. Numbers are the doubles
 * that `JSON.parse` gives, with 0 for -0.
 * @throws FormatError `syntax` if the bytes are not one JSON document, `content` if they are not a recording that can
 * be stored
 */
export const decodeJson: Decoder = async function* ({ main }, limits) {
  const builder: RecordingBuilder = new RecordingBuilder(limits, () => scanner.signal.count);
  const scanner = new Scanner(builder, limits);
  let announced = -1;
  for await (const chunk of main.bytes) {
    for (let from = 0; from < chunk.length; from += SLICE) {
      scanner.window.add(chunk.length > SLICE ? chunk.subarray(from, from + SLICE) : chunk);
      while (scanner.run()) {
        const { channel, zeroLevel, samplingRate } = builder;
        if (channel !== announced) {
          if (announced !== -1) yield { kind: 'channel-end', channel: announced };
          if (zeroLevel !== null) yield { kind: 'zero-level', channel, zeroLevel };
          if (samplingRate !== null) yield { kind: 'sampling-rate', channel, samplingRate };
          announced = channel;
        }
        yield { kind: 'samples', channel, samples: scanner.signal.take() };
      }
    }
  }
  scanner.finish();
  yield { kind: 'recording', recording: builder.recording() };
};
