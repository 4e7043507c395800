/** Builds DICOM files, and reads them. */
import { expect } from 'chai';
import { dicom } from '../../../../src/formats/dicom/index.ts';
import { type DecodedWhole, decodeFiles, LIMITS } from '../../../support/formats.ts';
import { dicomFile, ecgElements, type TestElement, type TestGroup, type Writing } from '../../../support/dicom.ts';

export const decode = async (file: Uint8Array, seed = 1, limits = LIMITS): Promise<DecodedWhole[]> =>
  decodeFiles(dicom.decode!, { 'a.dcm': file }, 'a.dcm', seed, limits);
export const EXPLICIT: Writing = { syntax: 'explicit' };
export const group = (changes: Partial<TestGroup> = {}): TestGroup => ({
  kind: 'SS',
  channels: [{ label: 'I' }],
  values: [[1, -2, 3]],
  ...changes,
});
export const fileOf = (groups: readonly TestGroup[], more: readonly TestElement[] = []): Buffer =>
  dicomFile(ecgElements(groups, more), EXPLICIT);
export async function one(changes: Partial<TestGroup> = {}, more: readonly TestElement[] = []): Promise<DecodedWhole> {
  const found = await decode(fileOf([group(changes)], more));
  expect(found).to.have.length(1);
  return found[0]!;
}
