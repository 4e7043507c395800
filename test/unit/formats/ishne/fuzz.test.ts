/** Damaged ISHNE files end in a FormatError or a recording, in time and within memory. */
import { expect } from 'chai';
import { ishne } from '../../../../src/formats/ishne/index.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { ishneSeeds } from './fuzz-seeds.ts';

const CASES = 6_000;

describe('the ISHNE decoder, on damaged files', () => {
  it(`ends ${CASES.toLocaleString('en-US')} times with a recording or a reason, in time`, async function () {
    this.timeout(120_000);
    const report = await fuzzDecoder(ishne, ishneSeeds(), { cases: CASES, seed: 8 });
    expect(report.cases).to.equal(CASES);
    expect(report.accepted).to.be.greaterThan(CASES / 20);
    expect(report.refused.syntax).to.be.greaterThan(CASES / 20);
    expect(report.refused.content).to.be.greaterThan(CASES / 50);
  });
});
