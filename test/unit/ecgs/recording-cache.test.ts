/** What the cache of recordings keeps, and what it never returns. */
import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { Types } from 'mongoose';
import type { StoredEcg } from '../../../src/ecgs/store/model.ts';
import { RecordingCache } from '../../../src/ecgs/store/recording-cache.ts';
import { eventually } from '../../support/eventually.ts';

const recording = (version: number, { id = new Types.ObjectId(), channels = 12 } = {}): StoredEcg =>
  ({ _id: id, version, notes: null, channels: Array.from({ length: channels }, () => ({})) }) as unknown as StoredEcg;

describe('the cache of recordings', () => {
  it('returns a recording that was read, until it is too old', async () => {
    const cache = new RecordingCache(1e6, 30);
    const ecg = recording(1);
    await cache.reading(async () => ecg);
    expect(cache.get(ecg._id.toHexString())).to.equal(ecg);
    await eventually('it is forgotten', () => cache.get(ecg._id.toHexString()) === null);
  });

  it('counts the age from before the query', async () => {
    const cache = new RecordingCache(1e6, 30);
    const ecg = recording(1);
    const begun = performance.now();
    await cache.reading(async () => {
      await eventually('the query takes long', () => performance.now() - begun > 40);
      return ecg;
    });
    expect(cache.get(ecg._id.toHexString())).to.equal(null);
  });

  it('forgets a recording that is changed, whether the change succeeds or not', async () => {
    const cache = new RecordingCache(1e6);
    const ecg = recording(1);
    const id = ecg._id.toHexString();
    await cache.reading(async () => ecg);
    await cache.changing(id, async () => undefined);
    expect(cache.get(id)).to.equal(null);
    await cache.reading(async () => ecg);
    const failing = cache.changing(id, async () => {
      throw new Error('lost');
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal('lost');
    expect(cache.get(id)).to.equal(null);
  });

  it('does not keep what was being read while something was changed', async () => {
    const cache = new RecordingCache(1e6);
    const ecg = recording(1);
    const id = ecg._id.toHexString();
    const arrival = new EventEmitter();
    const reading = cache.reading(async () => {
      await once(arrival, 'arrived');
      return ecg;
    });
    await cache.changing(id, async () => undefined);
    arrival.emit('arrived');
    expect(await reading).to.equal(ecg);
    expect(cache.get(id)).to.equal(null);
  });

  it('does not keep what was read during a change', async () => {
    const cache = new RecordingCache(1e6);
    const ecg = recording(1);
    const id = ecg._id.toHexString();
    await cache.changing(id, async () => void (await cache.reading(async () => ecg)));
    expect(cache.get(id)).to.equal(null);
  });

  it('is bounded in bytes, and keeps nothing with 0', async () => {
    const cache = new RecordingCache(300_000);
    const all = Array.from({ length: 20 }, () => recording(1));
    for (const ecg of all) await cache.reading(async () => ecg);
    const kept = all.filter(({ _id }) => cache.get(_id.toHexString()) !== null);
    // Some 20 kB each.
    expect(kept).to.deep.equal(all.slice(-kept.length));
    expect(kept.length).to.be.within(10, 15);
    const huge = recording(1, { channels: 256 });
    await cache.reading(async () => huge);
    expect(cache.get(huge._id.toHexString())).to.equal(null);
    const none = new RecordingCache(0);
    await none.reading(async () => all[0] as StoredEcg);
    expect(none.get((all[0] as StoredEcg)._id.toHexString())).to.equal(null);
  });
});
