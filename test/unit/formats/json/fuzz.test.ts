/** Damaged JSON uploads end in a FormatError or a recording, in time and within memory. */
import { expect } from 'chai';
import { json } from '../../../../src/formats/json/index.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { jsonSeeds } from './fuzz-seeds.ts';

const CASES = 10_000;

describe('The decoder of JSON uploads, fed with damaged ones', () => {
  it(`ends ${CASES.toLocaleString('en-US')} times with a recording or a reason, in time`, async function () {
    this.timeout(120_000);
    const report = await fuzzDecoder(json, jsonSeeds(), { cases: CASES, seed: 11 });
    expect(report.cases).to.equal(CASES);
    expect(report.accepted, JSON.stringify(report)).to.be.above(CASES / 50);
    expect(report.refused.syntax, JSON.stringify(report)).to.be.above(CASES / 10);
    expect(report.refused.content, JSON.stringify(report)).to.be.above(CASES / 100);
  });
});
