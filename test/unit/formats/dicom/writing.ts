/** Writes recordings as DICOM, and reads them again. */
import { expect } from 'chai';
import { dicom } from '../../../../src/formats/dicom/index.ts';
import type { WritableRecording } from '../../../../src/formats/types.ts';
import {
  type ChannelToWrite,
  type DecodedWhole,
  decodeFiles,
  encodeFiles,
  writable,
} from '../../../support/formats.ts';

export type About = Partial<Omit<WritableRecording, 'channels'>>;

export async function written(channels: readonly ChannelToWrite[], about: About = {}): Promise<Buffer> {
  const files = await encodeFiles(dicom.encode!, writable(channels, about, 777));
  expect(Object.keys(files)).to.deep.equal(['665f1c2ab7e4d1a2c3b4d5e6.dcm']);
  return Object.values(files)[0] as Buffer;
}

export const read = async (file: Uint8Array, seed = 1): Promise<DecodedWhole[]> =>
  decodeFiles(dicom.decode!, { 'a.dcm': file }, 'a.dcm', seed);

export const ramp = (samples: number, highest = 1000): number[] =>
  Array.from({ length: samples }, (_, at) => (at * 17) % highest);
