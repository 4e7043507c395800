/** What is counted of a channel while it is uploaded. */
import { expect } from 'chai';
import { summarize } from '../../../../src/signal/summarize.ts';
import { BLOCK_SAMPLES } from '../../../../src/signal/samples.ts';
import { ChannelCounter } from '../../../../src/ecgs/upload/counter.ts';
import { countsOf } from '../../../support/signals.ts';
import { wave } from '../../../support/stored.ts';

describe('the counter of a channel', () => {
  const block = wave(BLOCK_SAMPLES);

  it('has the summary of each block, with and without minutes', () => {
    for (const rate of [500, null]) {
      const counter = new ChannelCounter(3, rate, { left: 1_000 });
      counter.push(block);
      counter.push(block.subarray(0, 100));
      expect(counter.blocks.map(countsOf)).to.deep.equal([
        countsOf(summarize(block, 3)),
        countsOf(summarize(block.subarray(0, 100), 3)),
      ]);
      expect(counter.minutesAt(rate)?.rows.length).to.equal(rate === null ? undefined : 3);
    }
  });

  it('has minutes only for the rate that it was given, and if that is not too low', () => {
    const counter = new ChannelCounter(0, 500, { left: 1_000 });
    counter.push(block);
    expect(counter.minutesAt(500)).to.include({ samplingRate: 500, zeroLevel: 0 });
    expect([counter.minutesAt(250), counter.minutesAt(null)]).to.deep.equal([null, null]);
    const slow = new ChannelCounter(0, 0.99, { left: 1_000_000 });
    slow.push(block);
    expect(slow.minutesAt(0.99)).to.equal(null);
  });

  it('gives up its minutes if the upload may not hold them, which leaves room for those of other channels', () => {
    const budget = { left: 1_000 };
    const [long, short] = [new ChannelCounter(0, 1, budget), new ChannelCounter(0, 500, budget)];
    long.push(block);
    expect([long.minutesAt(1), budget.left]).to.deep.equal([null, 1_000]);
    long.push(block);
    short.push(block);
    expect([long.blocks.length, short.minutesAt(500)?.rows.length, budget.left]).to.deep.equal([2, 3, 997]);
    short.forgetMinutes();
    expect([short.minutesAt(500), budget.left]).to.deep.equal([null, 1_000]);
  });
});
