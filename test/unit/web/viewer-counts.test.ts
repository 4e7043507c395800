/** The counts beside the paper are those of the window that is shown, or none. */
import { mock } from 'node:test';
import { expect } from 'chai';
import { Failure } from '../../../web/api/failure.ts';
import { Counts, type CountQuery, type Insights } from '../../../web/viewer/counts.ts';

/** Counts of a window, recognisable by its beginning. */
const counted = ({ from = 0, deadBand = 0 }: CountQuery): Insights =>
  ({ window: { from, to: null }, deadBand }) as unknown as Insights;

/** Lets timers fire, and what follows from them happen. */
const later = async (milliseconds: number): Promise<void> => {
  mock.timers.tick(milliseconds);
  await new Promise((done) => setImmediate(done));
};

describe('The counts of the viewer', () => {
  let failing: Failure | null;
  let asked: CountQuery[];
  let counts: Counts;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    [failing, asked] = [null, []];
    counts = new Counts(counted({}), async (query) => {
      asked.push(query);
      if (failing) throw failing;
      return counted(query);
    });
  });
  afterEach(() => {
    counts.close();
    mock.timers.reset();
  });

  it('never shows the numbers of another window', async () => {
    counts.want(0, 10, 0);
    await later(200);
    expect(counts.window.value).to.deep.equal(counted({ from: 0 }));
    counts.want(30, 40, 0);
    expect(counts.window.value).to.equal(null);
    await later(200);
    expect(counts.window.value).to.deep.equal(counted({ from: 30 }));
  });

  it('counts again by itself after the line was down', async () => {
    counts.want(0, 10, 0);
    await later(200);
    failing = new Failure('offline', 0, 'The line is down.');
    counts.want(30, 40, 0.5);
    await later(200);
    expect(counts.window.value).to.equal(null);
    expect(counts.failure.value).to.equal(failing);
    failing = null;
    await later(4_000);
    expect(counts.window.value).to.deep.equal(counted({ from: 30, deadBand: 0.5 }));
    expect(counts.whole.value).to.deep.equal(counted({ deadBand: 0.5 }));
    expect(counts.failure.value).to.equal(null);
    expect(counts.isCounting.value).to.equal(false);
  });

  it('does not repeat what was refused', async () => {
    failing = new Failure('invalid-query', 422, 'It is refused.');
    counts.want(0, 10, 0);
    await later(200);
    await later(60_000);
    expect(asked).to.have.lengthOf(1);
  });
});
