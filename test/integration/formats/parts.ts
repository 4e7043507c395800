/** Files as the parts of an upload. */
import type { Files } from '../../support/formats.ts';
import type { Part } from '../../support/multipart.ts';

export const text = (...lines: string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`);
export const int16 = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);
export const parts = (files: Files, order = Object.keys(files)): Part[] =>
  order.map((file) => ({ file, bytes: files[file]! }));
