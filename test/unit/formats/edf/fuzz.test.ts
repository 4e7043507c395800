/** Damaged EDF and BDF files end in a FormatError or a recording, in time and within memory. */
import { expect } from 'chai';
import { edf } from '../../../../src/formats/edf/index.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { edfSeeds } from './fuzz-seeds.ts';

const CASES = 12_000;

describe('The EDF decoder', function () {
  this.timeout(120_000);

  it(`answers ${CASES.toLocaleString('en-US')} damaged files with typed errors or recordings`, async () => {
    const report = await fuzzDecoder(edf, edfSeeds(), { cases: CASES, seed: 20261121 });
    expect(report.cases).to.equal(CASES);
    expect(report.accepted).to.be.above(CASES / 20);
    expect(report.refused.syntax).to.be.above(100);
    expect(report.refused.content).to.be.above(100);
  });
});
