/** Damaged ATC files end in a FormatError or a recording, in time and within memory. */
import { expect } from 'chai';
import { atc } from '../../../../src/formats/atc/index.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { atcSeeds } from './fuzz-seeds.ts';

const CASES = 6_000;

describe('the ATC decoder, on damaged files', () => {
  it(`ends ${CASES.toLocaleString('en-US')} times with a recording or a reason, in time`, async function () {
    this.timeout(120_000);
    const report = await fuzzDecoder(atc, atcSeeds(), { cases: CASES, seed: 8 });
    expect(report.cases).to.equal(CASES);
    // Nearly every change is found by a checksum.
    expect(report.accepted).to.be.greaterThan(CASES / 50);
    expect(report.refused.syntax).to.be.greaterThan(CASES / 20);
    expect(report.refused.content).to.be.greaterThan(CASES / 20);
  });
});
