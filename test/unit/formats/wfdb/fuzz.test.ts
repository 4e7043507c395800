/** Damaged WFDB records end in a FormatError or a recording, in time and within memory. */
import { expect } from 'chai';
import { wfdb } from '../../../../src/formats/wfdb/index.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { wfdbSeeds } from './fuzz-seeds.ts';

describe('the WFDB decoder, fed with damaged records', function () {
  this.timeout(120_000);

  it('throws nothing but FormatErrors, in 10,000 cases', async () => {
    const report = await fuzzDecoder(wfdb, await wfdbSeeds(), { cases: 10_000, seed: 5 });
    expect(report.cases).to.equal(10_000);
    expect(report.accepted, JSON.stringify(report)).to.be.greaterThan(500);
    expect(report.refused.content, JSON.stringify(report)).to.be.greaterThan(1_000);
    expect(report.refused.syntax, JSON.stringify(report)).to.be.greaterThan(200);
  });
});
