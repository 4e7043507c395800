/** Decodes files, and returns the errors of refused ones. */
import { expect } from 'chai';
import { edf } from '../../../../src/formats/edf/index.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import { type DecodedWhole, decodeFiles } from '../../../support/formats.ts';
import { made, type MadeFile } from './support.ts';

/** A signal with one record. */
export const ONE = { records: [[1, -2, 3, 4]] };

/** The only recording of a file. @param sampleBytes 2 for EDF, 3 for BDF */
export async function read(file: MadeFile | Uint8Array, sampleBytes: 2 | 3 = 2): Promise<DecodedWhole> {
  const bytes = file instanceof Uint8Array ? file : made(file, sampleBytes);
  const found = await decodeFiles(edf.decode!, { 'a.edf': bytes }, 'a.edf');
  expect(found).to.have.length(1);
  return found[0]!;
}

/** The error of a refused file. */
export async function refusal(file: MadeFile | Uint8Array, sampleBytes: 2 | 3 = 2): Promise<FormatError> {
  try {
    await read(file, sampleBytes);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

/** The samples of each channel. */
export const digits = (whole: DecodedWhole): number[][] => whole.digits.map((channel) => [...channel]);

/** Gain and zero level of a signal with these limits. */
export const scale = async (physical: [string, string], digital: [string, string]): Promise<(number | null)[]> => {
  const { recording } = await read({ signals: [{ ...ONE, physical, digital }] });
  const { gain, zeroLevel } = recording.channels[0]!;
  return [gain, zeroLevel];
};
