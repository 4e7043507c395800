/**
 * Recordings and the directory: what they may refer to, who sees it, and that nothing with references can be removed,
 * even concurrently.
 */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { aStudy, made, somebody } from '../../support/directory.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

describe('recordings of patients', function () {
  this.timeout(60_000);
  let app: TestApp;
  let patient: string;
  let study: string;
  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  beforeEach(async () => {
    patient = await made(app, '/patients', somebody());
    study = await made(app, `/patients/${patient}/studies`, aStudy());
  });

  const call = (
    method: string,
    path: string,
    body?: unknown,
    user: Principal = app.clinician,
    headers: Record<string, string> = {},
  ): Promise<Answer> => callApp(app, method, path, { token: user.token, body, headers });
  const upload = (more: object, user?: Principal): Promise<Answer> =>
    call('POST', '/ecgs?duplicate=allow', { leads: [{ name: 'I', signal: [1, -1] }], ...more }, user);
  const counts = async (): Promise<number[]> =>
    Promise.all(
      ['patients', 'studies', 'encounters', 'conditions', 'ecgs', 'ecgBlocks'].map((name) =>
        app.database.collection(name).countDocuments(),
      ),
    );

  describe('attaching', () => {
    it('accepts a patient, a study of theirs, or only a study, which implies the patient', async () => {
      expect((await upload({ patient })).json).to.include({ patient, study: null });
      expect((await upload({ patient, study })).json).to.include({ patient, study });
      expect((await upload({ study })).json).to.include({ patient, study });
      expect((await upload({ patient: null, study: null })).json).to.include({ patient: null, study: null });
    });

    it('refuses unknown references, and stores nothing', async () => {
      const another = await made(app, '/patients', somebody());
      const before = await counts();
      for (const [more, path] of [
        [{ patient: 'MRN-4711' }, '/patient'],
        [{ patient: 'a'.repeat(24) }, '/patient'],
        [{ study: 'a'.repeat(24) }, '/study'],
        [{ study: 's' }, '/study'],
        [{ patient: another, study }, '/study'],
        [{ patient: study }, '/patient'],
      ] as const) {
        const answer = await upload(more);
        expect(answer.json, JSON.stringify(more)).to.include({ status: 422, code: 'reference-unknown' });
        expect(answer.json.errors[0].path).to.equal(path);
      }
      expect(await counts()).to.deep.equal(before);
    });

    it('can be changed: a study implies its patient, and another patient detaches the study', async () => {
      const { json } = await upload({});
      const change = async (body: object): Promise<unknown[]> => {
        const { status, json: ecg } = await call('PATCH', `/ecgs/${json.id}`, body);
        return [status, ecg.patient, ecg.study];
      };
      expect(await change({ study })).to.deep.equal([200, patient, study]);
      expect(await change({ patient })).to.deep.equal([200, patient, study]);
      const another = await made(app, '/patients', somebody());
      expect(await change({ patient: another })).to.deep.equal([200, another, null]);
      expect((await change({ patient: another, study }))[0]).to.equal(422);
      expect((await change({ patient: 'nobody' }))[0]).to.equal(422);
      expect(await change({ patient, study })).to.deep.equal([200, patient, study]);
      expect(await change({ study: null })).to.deep.equal([200, patient, null]);
      expect(await change({ patient: null })).to.deep.equal([200, null, null]);
    });

    it('moves a recording to another patient only if that patient is named', async () => {
      const another = await made(app, '/patients', somebody());
      const theirs = await made(app, `/patients/${another}/studies`, aStudy());
      const { json } = await upload({ study });
      const path = `/ecgs/${json.id}`;
      for (const body of [{ study: theirs }, { patient: null, study: theirs }]) {
        const answer = await call('PATCH', path, body);
        expect(answer.json).to.include({ status: 409, code: 'other-patient' });
        expect(answer.json.errors[0].path).to.equal('/study');
        expect(answer.json.detail).to.include(patient).and.include(`"patient": "${another}"`);
        const bulk = await call('POST', '/ecgs/bulk/attach', { items: [{ id: json.id, version: 1 }], ...body });
        expect(bulk.json.items[0]).to.include({ status: 409, code: 'other-patient' });
      }
      expect((await call('GET', path)).json).to.include({ patient, study, version: 1 });
      const moved = await call('PATCH', path, { patient: another, study: theirs });
      expect(moved.json).to.include({ patient: another, study: theirs, version: 2 });
    });

    it('keeps references from before the directory readable, and allows changes of other fields', async () => {
      const { json } = await upload({});
      await app.database
        .collection('ecgs')
        .updateOne({ _id: new Types.ObjectId(json.id as string) }, { $set: { patient: 'MRN-4711', study: 'old' } });
      const old = (await call('GET', '/ecgs?patient=MRN-4711')).json.items[0];
      expect(old).to.include({ id: json.id, patient: 'MRN-4711', study: 'old' });
      expect((await call('PATCH', `/ecgs/${json.id}`, { notes: 'n' })).json).to.include({
        patient: 'MRN-4711',
        notes: 'n',
      });
      expect((await call('PATCH', `/ecgs/${json.id}`, { study: null })).json).to.include({
        patient: 'MRN-4711',
        study: null,
      });
    });
  });

  describe('are shown', () => {
    it('with a study: their own to each clinician, none to admins', async () => {
      const mine = (await upload({ study, id: 'mine', date: '2026-01-15T09:30:00Z' })).json;
      await upload({ study }, app.other);
      await upload({ study }, app.other);
      for (const path of [`/studies/${study}`, `/patients/${patient}/studies/${study}`]) {
        expect((await call('GET', path)).json.recordings).to.deep.equal({
          count: 1,
          items: [{ id: mine.id, externalId: 'mine', date: '2026-01-15T09:30:00.000Z', format: 'json' }],
        });
        expect((await call('GET', path, undefined, app.other)).json.recordings.count).to.equal(2);
        expect((await call('GET', path, undefined, app.admin)).json).not.to.have.property('recordings');
      }
      for (const path of ['/studies?limit=200', `/patients/${patient}/studies`]) {
        const listed = async (user: Principal) =>
          (await call('GET', path, undefined, user)).json.items.find(({ id }: { id: string }) => id === study);
        expect((await listed(app.clinician)).recordings.count).to.equal(1);
        expect((await listed(app.other)).recordings.count).to.equal(2);
        expect(await listed(app.admin)).not.to.have.property('recordings');
      }
    });
  });

  describe('keep', () => {
    it('the patient and the study, and show each caller only their own', async () => {
      const { json } = await upload({ study });
      for (const [path, code] of [
        [`/patients/${patient}`, 'patient-in-use'],
        [`/studies/${study}`, 'study-in-use'],
        [`/patients/${patient}/studies/${study}`, 'study-in-use'],
      ] as const) {
        expect((await call('DELETE', path)).json)
          .to.include({ status: 409, code })
          .and.property('detail')
          .that.contains('1 of them is yours');
        for (const user of [app.other, app.admin]) {
          const { detail } = (await call('DELETE', path, undefined, user)).json;
          expect(detail).to.contain('none of them is yours').and.not.match(/\d/);
        }
      }
      expect((await call('DELETE', `/ecgs/${json.id}`)).status).to.equal(204);
      expect((await call('DELETE', `/studies/${study}`)).status).to.equal(204);
    });

    it('not a patient without recordings, who is removed with studies, encounters and conditions', async () => {
      const before = await counts();
      const encounter = await made(app, `/patients/${patient}/encounters`, { start: '2026-01-15' });
      await made(app, `/patients/${patient}/conditions`, {
        code: '1',
        description: 'D',
        start: '2026-01-15',
        encounter,
      });
      expect((await call('DELETE', `/patients/${patient}`)).status).to.equal(204);
      expect(await counts()).to.deep.equal(before.map((count, i) => (i < 2 ? count - 1 : count)));
      for (const path of [
        '',
        '/basic',
        '/studies',
        '/encounters',
        '/conditions',
        `/studies/${study}`,
        `/encounters/${encounter}`,
      ])
        expect((await call('GET', `/patients/${patient}${path}`)).status).to.equal(404);
      expect((await call('GET', `/studies/${study}`)).status).to.equal(404);
    });
  });

  describe('concurrently', () => {
    /**
     * Whichever wins: either the document is gone and nothing refers to it, or it exists with everything that refers to
     * it.
     */
    for (const what of ['patient', 'study'] as const) {
      it(`a ${what} is either removed or referred to`, async () => {
        for (let round = 0; round < 12; round += 1) {
          const who = await made(app, '/patients', somebody());
          const its = await made(app, `/patients/${who}/studies`, aStudy());
          const target = what === 'patient' ? `/patients/${who}` : `/studies/${its}`;
          const spare = (await upload({})).json.id as string;
          const attach =
            round % 2 === 0 ? () => upload({ study: its }) : () => call('PATCH', `/ecgs/${spare}`, { study: its });
          const work = [attach, () => call('DELETE', target, undefined, app.admin)];
          const [attached, removed] = await Promise.all(
            round % 4 < 2
              ? work.map((one) => one())
              : work
                  .toReversed()
                  .map((one) => one())
                  .toReversed(),
          );
          expect([attached!.status < 300, removed!.status], `${attached!.text} ${removed!.text}`).to.be.deep.oneOf([
            [true, 409],
            [false, 204],
          ]);
          if (removed!.status === 204) expect(attached!.json).to.include({ status: 422, code: 'reference-unknown' });
          expect(await app.database.collection('ecgs').countDocuments({ study: its })).to.equal(
            removed!.status === 204 ? 0 : 1,
          );
        }
      });
    }

    it('a patient is either removed with all documents, or keeps the new document', async () => {
      for (let round = 0; round < 8; round += 1) {
        const who = await made(app, '/patients', somebody());
        const [child, removed] = await Promise.all([
          call(
            'POST',
            `/patients/${who}/${round % 2 === 0 ? 'encounters' : 'conditions'}`,
            round % 2 === 0 ? { start: '2026-01-01' } : { code: '1', description: 'D', start: '2026-01-01' },
          ),
          call('DELETE', `/patients/${who}`),
        ]);
        expect(removed.status).to.equal(204);
        expect(child.status).to.be.oneOf([201, 404]);
      }
      for (const name of ['encounters', 'conditions']) {
        const orphans = await app.database
          .collection(name)
          .aggregate([
            { $lookup: { from: 'patients', localField: 'patient', foreignField: '_id', as: 'of' } },
            { $match: { of: [] } },
          ])
          .toArray();
        expect(orphans).to.deep.equal([]);
      }
    });
  });
});
