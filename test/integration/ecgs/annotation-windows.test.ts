/** Windows over annotations with bounds at the boundaries of stored runs. */
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { Types } from 'mongoose';
import { type AnnotationPlace, AnnotationWriter, ownRuns, readRuns } from '../../../src/ecgs/store/annotations.ts';
import { type Annotation, MAX_ANNOTATIONS_A_RUN } from '../../../src/formats/types.ts';
import { giveBack, testDatabase } from '../../support/mongo.ts';

const LAST = MAX_ANNOTATIONS_A_RUN - 1;

describe('annotations of a window', () => {
  let database: Connection;
  let ecg: Types.ObjectId;
  before(async () => {
    database = await testDatabase();
    ecg = new Types.ObjectId();
    const writer = new AnnotationWriter(database, { ecg, owner: new Types.ObjectId(), writer: new Types.ObjectId() });
    // One per second, in two runs and a short one.
    const plain: Omit<Annotation, 'at'> = { duration: null, channel: null, code: 'N', text: null };
    await writer.add(Array.from({ length: 2 * MAX_ANNOTATIONS_A_RUN + 1 }, (_, at) => ({ ...plain, at })));
    await writer.flush();
  });
  after(() => giveBack(database));

  const times = (from?: number, to?: number): Promise<number[]> =>
    readRuns(ownRuns(database, ecg), { from, to }, [0, 0], 10, ({ at }) => at);

  for (const [what, from, to, expected] of [
    ['from the last of a run on', LAST, LAST + 2, [LAST, LAST + 1]],
    ['from the first of a run on', LAST + 1, LAST + 2, [LAST + 1]],
    ['up to the first of a run, which is not included', LAST, LAST + 1, [LAST]],
    ['from the very last on', 2 * LAST + 2, undefined, [2 * LAST + 2]],
    ['up to the very first', undefined, 0, []],
    ['of no length', LAST, LAST, []],
  ] as const) {
    it(`are those ${what}`, async () => expect(await times(from, to)).to.deep.equal(expected));
  }

  const page = (start: AnnotationPlace, most: number): Promise<[number, number, number][]> =>
    readRuns(ownRuns(database, ecg), {}, start, most, ({ at }, run, row) => [at, run, row]);

  it('come page by page, including a page that ends with its run', async () => {
    const first = await page([0, 0], LAST + 1);
    expect([first.length, first.at(-1)]).to.deep.equal([LAST + 1, [LAST, 0, LAST]]);
    const second = await page([0, LAST + 1], LAST + 3);
    expect([second.length, second[0], second.at(-1)]).to.deep.equal([LAST + 2, [LAST + 1, 1, 0], [2 * LAST + 2, 2, 0]]);
  });
});
