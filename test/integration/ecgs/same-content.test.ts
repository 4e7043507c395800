/** The same content sent again is recognised with and without an id, and its samples are verified. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { Problem } from '../../../src/errors.ts';
import type { Ingested } from '../../../src/ecgs/upload/prove.ts';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { decoded, marksOf, type Told } from '../../support/decoded.ts';
import { made, somebody } from '../../support/directory.ts';
import { eventually } from '../../support/eventually.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { type Answer, call } from '../../support/http.ts';
import { ingestEvents } from '../../support/ingest.ts';

describe('the same content sent again', () => {
  let app: TestApp;
  let owner: Principal;

  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  beforeEach(async () => {
    owner = await app.newUser('clinician');
  });

  const send = async (more: object = {}, query = '', signal: number[] = [1, -1, 2]): Promise<Answer> =>
    call(app, 'POST', `/ecgs${query}`, { token: owner.token, body: { leads: [{ name: 'I', signal }], ...more } });
  const total = async (): Promise<number> =>
    ((await call(app, 'GET', '/ecgs?total=true', { token: owner.token })).json as { total: number }).total;

  const take = async (more: Omit<Told, 'samples'>) => {
    const deps = { database: app.database, uploads: app.app.uploads, zone: new ClinicZone('UTC') };
    const options = { owner: owner.id, format: 'edf' } as const;
    return ingestEvents(decoded({ samples: [1, -1, 3], ...more }), options, deps).catch(
      (error: unknown) => error as Problem,
    );
  };

  const refusal = async (more: Omit<Told, 'samples'>): Promise<unknown> => {
    const outcome = await take(more);
    return outcome instanceof Problem ? [outcome.code, /values of: ([^.]*)\./.exec(outcome.message)?.[1]] : outcome;
  };

  it('is answered although the database is slow to remove the discarded copy', async () => {
    const first = (await send()).json.id as string;
    let answer: Answer | null = null;
    const again = async (): Promise<Answer> => (answer = await send());
    const { status, json } = await whileHeld(
      app.database,
      { command: 'delete', collection: 'ecgBlocks' },
      again,
      async () => void (await eventually('it is answered', () => answer)),
    );
    expect([status, json.id]).to.deep.equal([200, first]);
    const blocks = blockCollection(app.database);
    const others = { owner: new Types.ObjectId(owner.id), ecg: { $ne: new Types.ObjectId(first) } };
    await eventually('it is removed', async () => (await blocks.countDocuments(others)) === 0);
  });

  it('without an id is answered 200 with the recording that exists, and not stored again', async () => {
    const first = await send({ notes: 'at rest' });
    const again = await send({ notes: 'at rest' });
    expect([first.status, again.status]).to.deep.equal([201, 200]);
    expect(again.json.id).to.equal(first.json.id);
    expect(await total()).to.equal(1);
  });

  it('without an id is one recording if it arrives many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, async () => send()));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).to.deep.equal([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ json }) => json.id)).size).to.equal(1);
    expect(await total()).to.equal(1);
  });

  it('is recognised without an id if it was stored under one', async () => {
    const first = await send({ id: 'a' });
    const again = await send();
    expect([again.status, again.json.id, again.json.externalId]).to.deep.equal([200, first.json.id, 'a']);
  });

  it('is another recording under another id, and for another owner', async () => {
    expect((await send({ id: 'a' })).status).to.equal(201);
    expect((await send({ id: 'b' })).status).to.equal(201);
    owner = await app.newUser('clinician');
    expect((await send()).status).to.equal(201);
  });

  it('under an id equal to a part name is another recording, whichever came first', async () => {
    const deps = { database: app.database, uploads: app.app.uploads, zone: new ClinicZone('UTC') };
    const takeAs = async (samples: number[], externalId: string | null): Promise<boolean | undefined> => {
      const options = { owner: owner.id, format: 'dicom' } as const;
      return (await ingestEvents(decoded({ samples, part: 'rhythm', externalId }), options, deps))[0]?.created;
    };
    expect([await takeAs([1, -1], null), await takeAs([1, -1], 'rhythm')]).to.deep.equal([true, true]);
    expect([await takeAs([1, -1], null), await takeAs([1, -1], 'rhythm')]).to.deep.equal([false, false]);
    const other = decoded({ samples: [2, -2], externalId: 'median' });
    await ingestEvents(other, { owner: owner.id, format: 'dicom' }, deps);
    const part = decoded({ samples: [2, -2], part: 'median' });
    const [found] = await ingestEvents(part, { owner: owner.id, format: 'dicom' }, deps);
    expect(found?.created).to.equal(true);
  });

  it('with other notes, another patient or study is refused with 409, which names the existing recording', async () => {
    const patient = await made(app, '/patients', somebody());
    const first = await send({ notes: 'at rest' });
    for (const more of [{}, { notes: 'after exercise' }, { notes: 'at rest', patient }]) {
      const { status, json } = await send(more);
      expect([status, json.code], JSON.stringify(more)).to.deep.equal([409, 'content-exists']);
      expect(json.detail).to.include(first.json.id);
    }
    expect(await total()).to.equal(1);
  });

  describe('of another patient, or with other marks', () => {
    const person = { patientName: null, birthDate: null, sex: null, studyId: null } as const;
    const [ana, bia] = [
      { ...person, patientId: '4711' },
      { ...person, patientId: '4712' },
    ];
    it('is refused with 409 and the differences, and never answered with the other one', async () => {
      await take({ subject: ana, marks: marksOf(3) });
      expect(await refusal({ subject: bia, marks: marksOf(3) })).to.deep.equal(['content-exists', 'subject']);
      expect(await refusal({ subject: null, marks: marksOf(3) })).to.deep.equal(['content-exists', 'subject']);
      expect(await refusal({ subject: ana, marks: marksOf(4) })).to.deep.equal(['content-exists', 'annotations']);
      expect(await refusal({ subject: ana, marks: marksOf(3, 'V') })).to.deep.equal(['content-exists', 'annotations']);
      expect(await refusal({ subject: ana })).to.deep.equal(['content-exists', 'annotations']);
      expect(await take({ subject: ana, marks: marksOf(3) })).to.have.nested.property('[0].created', false);
    });

    it('is found among several of the same content', async () => {
      await take({ subject: ana });
      const options = { owner: owner.id, format: 'edf', duplicate: 'allow' } as const;
      const deps = { database: app.database, uploads: app.app.uploads, zone: new ClinicZone('UTC') };
      const [second] = await ingestEvents(decoded({ samples: [1, -1, 3], subject: bia }), options, deps);
      const again = (await take({ subject: bia })) as Ingested[];
      expect(again[0]?.ecg._id.toHexString()).to.equal(second?.ecg._id.toHexString());
    });

    it('under its id keeps its values, and says so', async () => {
      await take({ externalId: 'a', subject: ana });
      const [again] = (await take({ externalId: 'a', subject: bia, marks: marksOf(2) })) as Ingested[];
      expect([again?.created, again?.ecg.subject?.patientId]).to.deep.equal([false, '4711']);
      expect(again?.warnings.map((warning) => warning.split(':')[0])).to.deep.equal(['subject', 'annotations']);
    });
  });

  it('is answered with the assumptions still made for the existing recording, not those of its file', async () => {
    const first = await send({ id: 'open' });
    expect(first.json.warnings.join()).to.include('samplingRate').and.include('unit and gain');
    const body = { samplingRate: 100, unit: 'mV', gain: 1000 };
    await call(app, 'PATCH', `/ecgs/${first.json.id}`, { token: owner.token, body });
    expect((await send({ id: 'open' })).json.warnings).to.deep.equal([]);
  });

  it('is stored once more if the sender insists, also with a patient', async () => {
    const patient = await made(app, '/patients', somebody());
    const ids = new Set<string>();
    for (const more of [{}, {}, { patient }, { patient }])
      ids.add((await send(more, '?duplicate=allow')).json.id as string);
    expect(ids.size).to.equal(4);
    expect((await send({ patient })).status).to.equal(200);
  });

  it('under its id keeps its values, and reports which of the values sent were ignored', async () => {
    await send({ id: 'a', notes: 'at rest' });
    const { status, json } = await send({ id: 'a', notes: 'after exercise' });
    expect([status, json.notes]).to.deep.equal([200, 'at rest']);
    expect((json.warnings as string[]).filter((warning) => warning.startsWith('notes'))).to.have.length(1);
  });

  it('restores lost samples of its recording, even with the channels in another order', async () => {
    const [a, b] = [
      Array.from({ length: 150_000 }, (_, i) => (i % 11) - 5),
      Array.from({ length: 150_000 }, (_, i) => (i % 13) - 6),
    ];
    const leads = (order: string): object[] => Array.from(order, (name) => ({ name, signal: name === 'a' ? a : b }));
    const { json } = await send({ id: 'wounded', leads: leads('ab') });
    const ecg = new Types.ObjectId(json.id as string);
    const documents = await blockCollection(app.database)
      .find({ ecg }, { projection: { _id: 1 } })
      .toArray();
    expect(documents.length).to.be.above(3);
    for (const lost of [documents.slice(0, 2), documents.slice(1)]) {
      await blockCollection(app.database).deleteMany({ _id: { $in: lost.map(({ _id }) => _id) } });
      const answers = await Promise.all([
        send({ id: 'wounded', leads: leads('ba') }),
        send({ id: 'wounded', leads: leads('ab') }),
      ]);
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
      for (const [name, signal] of Object.entries({ a, b })) {
        const read = await call(app, 'GET', `/ecgs/${json.id}/channels/${name}/samples`, { token: owner.token });
        expect(read.json.samples).to.deep.equal(signal);
      }
    }
    const copies = await blockCollection(app.database).countDocuments({
      owner: new Types.ObjectId(owner.id),
      ecg: { $ne: ecg },
    });
    expect(copies).to.equal(0);
    const stored = await ecgModel(app.database).findById(ecg).lean();
    expect(stored?.blockDocuments).to.equal(await blockCollection(app.database).countDocuments({ ecg }));
  });
});
