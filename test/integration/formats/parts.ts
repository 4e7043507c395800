/** Files as the parts of an upload. */
import { encodeWfdb } from '../../../src/formats/wfdb/encode.ts';
import { encodeFiles, type Files, writable } from '../../support/formats.ts';
import type { Part } from '../../support/multipart.ts';

export const text = (...lines: string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`);
export const int16 = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);
export const parts = (files: Files, order = Object.keys(files)): Part[] =>
  order.map((file) => ({ file, bytes: files[file]! }));

const sawTooth = (steps: number): number[] => Array.from({ length: 200_000 }, (_, i) => (i % steps) - (steps - 1) / 2);

/** A WFDB record of two channels of 200,000 samples, with 2,500 annotations. */
export function annotatedRecord(): Promise<Files> {
  const annotations = Array.from({ length: 2_500 }, (_, i) => ({
    at: i / 10,
    duration: null,
    channel: i % 2 === 0 ? null : 1,
    code: 'N',
    text: i === 0 ? 'first' : null,
  }));
  const channels = [
    { name: 'II', values: sawTooth(9) },
    { name: 'V5', values: sawTooth(7) },
  ];
  return encodeFiles(encodeWfdb, writable(channels, { annotations }));
}
