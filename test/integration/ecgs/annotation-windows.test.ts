/** Windows over annotations whose bounds meet the bounds of what is stored together. */
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { Types } from 'mongoose';
import { AnnotationWriter, readAnnotations } from '../../../src/ecgs/store/annotations.ts';
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
    // One a second, in two runs and a short one.
    const plain: Omit<Annotation, 'at'> = { duration: null, channel: null, code: 'N', text: null };
    await writer.add(Array.from({ length: 2 * MAX_ANNOTATIONS_A_RUN + 1 }, (_, at) => ({ ...plain, at })));
    await writer.flush();
  });
  after(() => giveBack(database));

  const times = async (from?: number, to?: number): Promise<number[]> =>
    (await readAnnotations(database, ecg, { from, to }, [0, 0], 10)).items.map(({ at }) => at);

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

  it('come in pages, also where a page ends together with its run', async () => {
    const first = await readAnnotations(database, ecg, {}, [0, 0], LAST + 1);
    expect([first.items.length, first.items.at(-1)?.at, first.next]).to.deep.equal([LAST + 1, LAST, [1, 0]]);
    const second = await readAnnotations(database, ecg, {}, first.next!, LAST + 2);
    expect([second.items[0]?.at, second.items.length, second.next]).to.deep.equal([LAST + 1, LAST + 2, null]);
  });
});
