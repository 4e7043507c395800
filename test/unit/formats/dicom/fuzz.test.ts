/** Damaged DICOM files end in a FormatError or a recording, in time and within memory. */
import { expect } from 'chai';
import { dicom } from '../../../../src/formats/dicom/index.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { dicomSeeds } from './fuzz-seeds.ts';

const CASES = 12_000;

describe('the DICOM decoder, on damaged files', () => {
  it(`ends ${CASES.toLocaleString('en-US')} times with a recording or a reason, in time`, async function () {
    this.timeout(120_000);
    const report = await fuzzDecoder(dicom, await dicomSeeds(), { cases: CASES, seed: 8 });
    expect(report.cases).to.equal(CASES);
    expect(report.accepted).to.be.greaterThan(CASES / 20);
    expect(report.refused.syntax).to.be.greaterThan(CASES / 20);
    expect(report.refused.content).to.be.greaterThan(CASES / 50);
  });
});
