/** Reads and writes tables of samples. */
import { decodeCsv } from '../../../../src/formats/csv/decode.ts';
import type { FormatError } from '../../../../src/formats/types.ts';
import { type DecodedWhole, decodeFiles, refusalOf } from '../../../support/formats.ts';

export const SEED = 20260115;
export const read = async (text: string | Uint8Array, seed = 1): Promise<DecodedWhole> =>
  (await decodeFiles(decodeCsv, { 'a.csv': Buffer.from(text) }, 'a.csv', seed))[0]!;
export const values = async (text: string | Uint8Array): Promise<(number | null)[][]> =>
  (await read(text)).digits.map((digits) => Array.from(digits, (value) => (Number.isNaN(value) ? null : value)));
export const names = async (text: string | Uint8Array): Promise<string[]> =>
  (await read(text)).recording.channels.map((channel) => channel.name);
export const refusal = async (text: string | Uint8Array): Promise<FormatError> => refusalOf(read(text));
export const column = (name: string, times: readonly (string | number)[]): string =>
  `${name},I\n${times.map((time, at) => `${time},${at}\n`).join('')}`;
export const units = async (text: string): Promise<(string | null)[]> =>
  (await read(text)).recording.channels.map((channel) => channel.unit);
