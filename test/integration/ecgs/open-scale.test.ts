/** Parts of the scale that a file leaves open are given and corrected later, and the insights follow. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { openScales } from '../../../src/database/migrations/0009-open-scales.ts';
import type { Db } from '../../../src/database/migrations/migration.ts';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Channel, first, scaleCalls, SIGNAL } from '../../support/scale.ts';

describe('a scale that the file left open', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const { post, get, patch } = scaleCalls(() => app);

  it('accepts unit and gain only together', async () => {
    const { json } = await post({});
    for (const [body, path] of [
      [{ unit: 'mV' }, '/gain'],
      [{ gain: 1000 }, '/unit'],
      [{ unit: 'mV', gain: 0 }, '/gain'],
      [{ unit: 'mV', gain: 1e13 }, '/gain'],
      [{ unit: '\u200b', gain: 1 }, '/unit'],
      [{ unit: 'm\u0000V', gain: 1 }, '/unit'],
    ] as const) {
      const answer = await patch(json.id, body);
      expect([answer.status, answer.json.errors[0].path], JSON.stringify(body)).to.deep.equal([422, path]);
    }
    expect(first(await get(`/ecgs/${json.id}`))).to.include({ unit: null, gain: 1, calibrated: false });
  });

  it('can be set and corrected repeatedly, with versions, and the insights follow', async () => {
    const { json } = await post({ samplingRate: undefined });
    const given = await patch(json.id, { samplingRate: 100, unit: 'mV', gain: 100 }, 1);
    expect(given.json.version).to.equal(2);
    expect(first(given)).to.include({ samplingRate: 100, unit: 'mV', gain: 100, zeroLevel: 0, calibrated: true });
    expect(first(await get(`/ecgs/${json.id}/insights`))).to.include({
      maximum: 9,
      minimum: -9,
      unit: 'mV',
      duration: 0.08,
      zeroCrossings: 6,
    });
    const corrected = await patch(json.id, { samplingRate: 200, unit: 'uV', gain: -0.5 }, 2);
    expect(first(corrected)).to.include({ samplingRate: 200, unit: 'uV', gain: -0.5, calibrated: true });
    expect(first(await get(`/ecgs/${json.id}/insights`))).to.include({
      maximum: 1800,
      minimum: -1800,
      unit: 'uV',
      duration: 0.04,
    });
    expect((await patch(json.id, { samplingRate: 250 }, 2)).status).to.equal(412);
    const samples = await get(`/ecgs/${json.id}/channels/II/samples`);
    expect([samples.json.samples, samples.json.gain]).to.deep.equal([SIGNAL, -0.5]);
    expect((await post({ samplingRate: undefined, id: 'x' })).status).to.equal(201);
  });

  it('recounts every block about another zero level, for the whole and for windows', async () => {
    const signal = Array.from({ length: 150_000 }, (_, i) => (i % 3 === 0 ? 1023 : 1025));
    const leads = [
      { name: 'V1', signal },
      { name: 'V2', signal, zeroLevel: 0 },
    ];
    const { json } = await post({ samplingRate: 1000, leads });
    const moved = await patch(json.id, { zeroLevel: 1024 });
    expect(moved.json.channels.map((channel: Channel) => channel.zeroLevel)).to.deep.equal([1024, 0]);
    const counts = async (query: string): Promise<number[]> =>
      (await get(`/ecgs/${json.id}/insights${query}`)).json.channels.map(
        ({ zeroCrossings }: { zeroCrossings: number }) => zeroCrossings,
      );
    expect(await counts('')).to.deep.equal([99_999, 0]);
    const inside = signal.slice(10_001, 140_000);
    expect(await counts('?from=10.0005&to=140')).to.deep.equal([
      inside.filter((value, i) => i > 0 && value !== inside[i - 1]).length,
      0,
    ]);
    const channel = first(await get(`/ecgs/${json.id}/insights`)) as unknown as { minimum: number; maximum: number };
    expect([channel.minimum, channel.maximum]).to.deep.equal([-1, 1]);
    await patch(json.id, { zeroLevel: 0 });
    expect(await counts('')).to.deep.equal([0, 0]);
  });

  it('accepts no parameter in another encoding', async () => {
    const { status, json } = await post({}, '?notes=Gr%F6%DFe');
    expect([status, json.code, json.errors]).to.deep.equal([
      400,
      'invalid-query',
      [{ path: '/notes', message: 'must be UTF-8' }],
    ]);
  });

  it('keeps the unit of its file, which is named if another one is given', async () => {
    const { json } = await post({ unit: 'mV' });
    const other = await patch(json.id, { unit: 'uV', gain: 1 });
    expect([other.status, other.json.code]).to.deep.equal([409, 'already-known']);
    expect(other.json.detail).to.equal('The unit of "II" is mV in its file, not uV: give mV with the gain.');
    expect(first(await patch(json.id, { unit: 'mV', gain: 500 }))).to.include({ gain: 500, calibrated: true });
  });

  it('may be corrected if the sender gave it with the file', async () => {
    const { json } = await post({ samplingRate: undefined }, '?samplingRate=100&unit=mV&gain=20&zeroLevel=7');
    expect(json.channels[0] as Channel).to.include({
      samplingRate: 100,
      unit: 'mV',
      gain: 20,
      zeroLevel: 7,
      calibrated: true,
    });
    const corrected = await patch(json.id, { samplingRate: 200, unit: 'mV', gain: 200, zeroLevel: 0 });
    expect(first(corrected)).to.include({ samplingRate: 200, unit: 'mV', gain: 200, zeroLevel: 0 });
  });

  it('is distinguished from what the file states, which is kept', async () => {
    const stated = await post({ unit: 'mV', gain: 1000, zeroLevel: 0 });
    for (const body of [{ samplingRate: 50 }, { unit: 'uV', gain: 1 }, { unit: 'mV', gain: 200 }, { zeroLevel: 3 }]) {
      const answer = await patch(stated.json.id, body);
      expect([answer.status, answer.json.code], JSON.stringify(body)).to.deep.equal([409, 'already-known']);
    }
    expect(first(await get(`/ecgs/${stated.json.id}`))).to.include({
      samplingRate: 100,
      unit: 'mV',
      gain: 1000,
      zeroLevel: 0,
    });
    const unitOnly = await post({ unit: 'mV' });
    expect((await patch(unitOnly.json.id, { unit: 'uV', gain: 1 })).status).to.equal(409);
    expect(first(await patch(unitOnly.json.id, { unit: 'mV', gain: 1 }))).to.include({
      unit: 'mV',
      gain: 1,
      calibrated: true,
    });
  });

  it('is completed where it is open, channel by channel', async () => {
    const { json } = await post({
      leads: [
        { name: 'II', signal: [4], unit: 'uV', gain: 2 },
        { name: 'V1', signal: [4] },
      ],
    });
    const { channels } = (await patch(json.id, { unit: 'mV', gain: 1000 })).json as { channels: Channel[] };
    expect(channels.map(({ unit, gain }) => [unit, gain])).to.deep.equal([
      ['uV', 2],
      ['mV', 1000],
    ]);
  });

  it('is known for older recordings if it certainly was missing', async () => {
    const about: [Partial<Channel>, Partial<Channel>, string[]][] = [
      [
        { samplingRate: null, unit: null, zeroLevel: 0, calibrated: true },
        { calibrated: false },
        ['samplingRate', 'unit', 'gain', 'zeroLevel'],
      ],
      [{ samplingRate: 100, unit: 'mV', zeroLevel: 0, calibrated: true }, { calibrated: true }, []],
      [{ samplingRate: 100, unit: 'mV', zeroLevel: 5, calibrated: false }, { calibrated: false }, ['gain']],
      [
        { samplingRate: 100, unit: '{digits}', zeroLevel: 5, calibrated: true },
        { calibrated: false },
        ['unit', 'gain'],
      ],
    ];
    const ecgs = ecgModel(app.database).collection;
    for (const [before, after, open] of about) {
      const { json } = await post({ id: `old ${open.join()}` });
      const _id = new Types.ObjectId(json.id as string);
      const set = Object.fromEntries(Object.entries(before).map(([field, value]) => [`channels.0.${field}`, value]));
      await ecgs.updateOne({ _id }, { $set: set, $unset: { 'channels.0.open': 1 } });
      await openScales.up(app.database.db as Db);
      await openScales.up(app.database.db as Db);
      const stored = await ecgModel(app.database).findById(_id).lean();
      expect(stored!.channels[0]).to.deep.include({ ...before, ...after, open });
      expect(stored!.version).to.equal(before.calibrated === after.calibrated ? 1 : 2);
    }
  });
});
