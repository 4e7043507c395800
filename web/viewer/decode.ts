/** Waveforms of the service: the binary answer is a line of JSON, then the arrays that it describes. */
import { api } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import type { Piece } from './columns.ts';

interface PlacedArray {
  type: 'int16' | 'int32' | 'float32' | 'float64';
  offset: number;
  length: number;
  /** Null: NaN. */
  missing: number | null;
}

interface Header {
  channels: {
    name: string;
    first: number;
    samplesPerBin: number;
    samples?: PlacedArray;
    minimum?: PlacedArray;
    maximum?: PlacedArray;
  }[];
}

const ARRAYS = { int16: Int16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };
const LINE_END = 10;

export interface WaveformQuery {
  /** Seconds; without them, the whole recording. */
  from?: number;
  to?: number;
  pixels: number;
  /** All if omitted. */
  channels?: string;
  /** Whether leads that are not recorded are calculated. */
  calculated?: boolean;
}

/** The waveform of a window, in the order of its channels. @throws Failure */
export async function waveformOf(id: string, query: WaveformQuery, stop: AbortSignal): Promise<Piece[]> {
  const body = await answered(
    api.GET('/ecgs/{id}/waveform', {
      params: { path: { id }, query },
      headers: { Accept: 'application/octet-stream' },
      parseAs: 'arrayBuffer',
      signal: stop,
    }),
  );
  return decodedWaveform(body);
}

/** The pieces of the answer, in the order of its channels. They share the memory of the answer. */
export function decodedWaveform(body: ArrayBuffer): Piece[] {
  const bytes = new Uint8Array(body);
  const end = bytes.indexOf(LINE_END);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Header;
  const array = ({ type, offset, length }: PlacedArray) => new ARRAYS[type](body, end + 1 + offset, length);
  return header.channels.map(({ first, samplesPerBin, samples, minimum, maximum }) => {
    const lowest = samples ?? minimum;
    if (lowest === undefined) throw new Error('a waveform without values');
    const low = array(lowest);
    const high = maximum === undefined ? low : array(maximum);
    return { first, samplesPerBin, low, high, missing: lowest.missing ?? NaN };
  });
}
