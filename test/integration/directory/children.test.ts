/** Studies, encounters and conditions of a patient over HTTP. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made, somebody } from '../../support/directory.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

const KINDS = {
  studies: {
    least: { urgencyLevel: 'HIGH', type: 'ECG' },
    full: {
      urgencyLevel: 'MID',
      type: 'MAMMOGRAM',
      bodyPart: 'BREAST',
      description: 'Two lines\nof text',
      performedAt: '2026-01-15T09:30:00.000Z',
    },
    change: { urgencyLevel: 'LOW' },
    refused: [
      [{ urgencyLevel: 'SOON' }, '/urgencyLevel'],
      [{ urgencyLevel: 'high' }, '/urgencyLevel'],
      [{ type: '' }, '/type'],
      [{ performedAt: '2026-02-30' }, '/performedAt'],
      [{ performedAt: '0000-01-01T00:00:00+14:00' }, '/performedAt'],
      [{ performedAt: '9999-12-31T23:00:00-05:00' }, '/performedAt'],
      [{ performedAt: `2026-01-15T09:30:00.${'1'.repeat(40)}Z` }, '/performedAt'],
      [{ description: 'x'.repeat(2_001) }, '/description'],
      [{ patient: 'x' }, '/patient'],
    ],
  },
  encounters: {
    least: { start: '2026-01-15T09:30:00.000Z' },
    full: {
      start: '2026-01-15T09:30:00.000Z',
      stop: '2026-01-15T10:00:00.000Z',
      class: 'ambulatory',
      code: '390906007',
      description: 'Follow-up',
      reasonCode: '55822004',
      reasonDescription: 'Hyperlipidemia',
      organization: 'o',
      provider: 'p',
      payer: 'y',
      baseCost: 85.55,
      totalClaimCost: 234.71,
      payerCoverage: 0,
      externalId: 'enc-full',
    },
    change: { class: 'emergency' },
    refused: [
      [{ start: 'today' }, '/start'],
      [{ start: '0000-01-01T00:00:00+14:00' }, '/start'],
      [{ stop: '9999-12-31T23:00:00-05:00' }, '/stop'],
      [{ description: '\u200b\u2060' }, '/description'],
      [{ stop: '2026-01-15T09:29:59Z' }, '/stop'],
      [{ baseCost: -1 }, '/baseCost'],
      [{ externalId: '' }, '/externalId'],
      [{ cost: 1 }, '/cost'],
    ],
  },
  conditions: {
    least: { code: '40055000', description: 'Chronic sinusitis (disorder)', start: '2019-04-16' },
    full: {
      code: '160903007',
      description: 'Full-time employment (finding)',
      start: '2018-12-23',
      stop: '2019-04-28',
      encounter: null,
    },
    change: { stop: '2020-01-31' },
    refused: [
      [{ start: '2023-02-29' }, '/start'],
      [{ stop: '2019-04-15' }, '/stop'],
      [{ code: null }, '/code'],
      [{ description: '' }, '/description'],
      [{ encounter: 'x' }, '/encounter'],
    ],
  },
} as const;

describe('the documents of a patient', () => {
  let app: TestApp;
  let patient: string;
  let other: string;
  before(async () => {
    app = await startTestApp();
    patient = await made(app, '/patients', somebody());
    other = await made(app, '/patients', somebody());
  });
  after(async () => app.close());

  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    callApp(app, method, path, { token: app.admin.token, body, headers });

  for (const [kind, { least, full, change, refused }] of Object.entries(KINDS)) {
    describe(kind, () => {
      it('are created with every field, read, changed and deleted', async () => {
        const created = await call('POST', `/patients/${patient}/${kind}`, full);
        expect(created.status, created.text).to.equal(201);
        expect(created.json).to.deep.include({ ...full, patient, version: 1, createdBy: app.admin.id });
        const path = `/patients/${patient}/${kind}/${created.json.id}`;
        expect(created.headers.get('location')).to.equal(`/api/v1${path}`);
        expect((await call('GET', path)).json).to.deep.equal(created.json);
        const changed = await callApp(app, 'PATCH', path, { token: app.clinician.token, body: change });
        expect(changed.json).to.deep.include({
          ...full,
          ...change,
          version: 2,
          updatedBy: app.clinician.id,
          createdBy: app.admin.id,
        });
        expect(changed.headers.get('etag')).to.equal('"2"');
        expect((await call('DELETE', path)).status).to.equal(204);
        expect((await call('GET', path)).status).to.equal(404);
        expect((await call('DELETE', path)).status).to.equal(404);
      });

      it('are audited with their patient: who did what, and to which fields', async () => {
        const id = await made(app, `/patients/${patient}/${kind}`, least);
        const path = `/patients/${patient}/${kind}/${id}`;
        expect((await callApp(app, 'PATCH', path, { token: app.clinician.token, body: change })).status).to.equal(200);
        expect((await call('DELETE', path)).status).to.equal(204);
        const resource = kind === 'studies' ? 'study' : kind.slice(0, -1);
        const events = await app.database
          .collection('auditEvents')
          .find({ resource, id: new Types.ObjectId(id) })
          .sort({ _id: 1 })
          .toArray();
        const seen = events.map((event) => [
          event['action'],
          String(event['by']),
          String(event['patient']),
          event['fields'] ?? null,
        ]);
        expect(seen).to.deep.equal([
          ['create', app.admin.id, patient, null],
          ['update', app.clinician.id, patient, Object.keys(change)],
          ['delete', app.admin.id, patient, null],
        ]);
      });

      it('respect If-Match', async () => {
        const path = `/patients/${patient}/${kind}/${await made(app, `/patients/${patient}/${kind}`, least)}`;
        expect((await call('PATCH', path, change, { 'If-Match': '"2"' })).status).to.equal(412);
        const both = await Promise.all([1, 2].map(() => call('PATCH', path, change, { 'If-Match': '"1"' })));
        expect(both.map(({ status }) => status)).to.have.members([200, 412]);
        expect((await call('DELETE', path, undefined, { 'If-Match': '"1"' })).status).to.equal(412);
        expect((await call('DELETE', path, undefined, { 'If-Match': '"2"' })).status).to.equal(204);
      });

      it('belong to one patient, and are found nowhere else', async () => {
        const id = await made(app, `/patients/${patient}/${kind}`, least);
        for (const path of [
          `/patients/${other}/${kind}/${id}`,
          `/patients/${'0'.repeat(24)}/${kind}/${id}`,
          `/patients/${patient}/${kind}/x`,
          `/patients/x/${kind}/${id}`,
        ]) {
          expect((await call('GET', path)).status).to.equal(404);
          expect((await call('PATCH', path, change)).status).to.equal(404);
          expect((await call('DELETE', path)).status).to.equal(404);
        }
        expect((await call('GET', `/patients/${patient}/${kind}/${id}`)).status).to.equal(200);
      });

      it('are listed page by page, the latest first, or in reverse', async () => {
        const who = await made(app, '/patients', somebody());
        const field = kind === 'studies' ? 'performedAt' : 'start';
        const ids: string[] = [];
        for (const day of ['05', '01', '03', '03', '02'])
          ids.push(await made(app, `/patients/${who}/${kind}`, { ...least, [field]: `2026-01-${day}` }));
        const expected = [ids[1], ids[4], ids[2], ids[3], ids[0]];
        for (const [sort, want] of [
          ['', expected.toReversed()],
          [`&sort=${field}`, expected],
          [`&sort=-${field}`, expected.toReversed()],
        ] as const) {
          const seen: string[] = [];
          for (let cursor: string | null = ''; cursor !== null;) {
            const { json }: Answer = await call(
              'GET',
              `/patients/${who}/${kind}?limit=2&total=true${sort}${cursor && `&cursor=${cursor}`}`,
            );
            expect(json.total).to.equal(5);
            seen.push(...json.items.map(({ id }: { id: string }) => id));
            cursor = json.nextCursor;
          }
          expect(seen).to.deep.equal(want);
        }
        expect((await call('GET', `/patients/${who}/${kind}?sort=id`)).status).to.equal(400);
        const { nextCursor } = (await call('GET', `/patients/${who}/${kind}?limit=2`)).json;
        expect(
          (await call('GET', `/patients/${who}/${kind}?sort=${field}&cursor=${nextCursor}`)).json,
          'of the other order',
        ).to.include({ status: 400, code: 'invalid-cursor' });
        expect((await call('GET', `/patients/${who}/${kind}?cursor=x`)).json.code).to.equal('invalid-cursor');
      });

      for (const [more, path] of refused) {
        it(`refuse ${JSON.stringify(more).slice(0, 50)} with a reason`, async () => {
          const answer = await call('POST', `/patients/${patient}/${kind}`, { ...least, ...more });
          expect(answer.json, answer.text).to.include({ status: 422, code: 'validation-failed' });
          expect(answer.json.errors.map((error: { path: string }) => error.path)).to.deep.equal([path]);
        });
      }
    });
  }

  describe('the reference', () => {
    it('of a condition must be to an encounter of the same patient', async () => {
      const encounter = await made(app, `/patients/${patient}/encounters`, KINDS.encounters.least);
      const post = (who: string, to: string) =>
        call('POST', `/patients/${who}/conditions`, { ...KINDS.conditions.least, encounter: to });
      expect((await post(other, encounter)).json).to.include({ status: 422, code: 'reference-unknown' });
      expect((await post(patient, 'a'.repeat(24))).json.errors).to.deep.equal([
        { path: '/encounter', message: 'is not an encounter of this patient' },
      ]);
      const condition = (await post(patient, encounter)).json;
      expect(condition.encounter).to.equal(encounter);
      expect((await call('DELETE', `/patients/${patient}/encounters/${encounter}`)).json).to.include({
        status: 409,
        code: 'encounter-in-use',
      });
      expect(
        (await call('PATCH', `/patients/${patient}/conditions/${condition.id}`, { encounter: null })).json.encounter,
      ).to.equal(null);
      expect((await call('DELETE', `/patients/${patient}/encounters/${encounter}`)).status).to.equal(204);
    });

    it('of an encounter to its id in another system must be unique', async () => {
      await made(app, `/patients/${patient}/encounters`, { ...KINDS.encounters.least, externalId: 'one' });
      expect(
        (await call('POST', `/patients/${other}/encounters`, { ...KINDS.encounters.least, externalId: 'one' })).json,
      ).to.include({ status: 409, code: 'identifier-taken' });
    });

    it('of a search to patients follows every change of their conditions', async () => {
      const found = async (condition: string): Promise<boolean> =>
        (await call('GET', `/patients?condition=${condition}`)).json.items.some(({ id }: { id: string }) => id === who);
      const who = await made(app, '/patients', somebody());
      const first = await made(app, `/patients/${who}/conditions`, {
        code: 'I10.9',
        description: 'Hypertensão arterial',
        start: '2020-01-01',
      });
      const second = await made(app, `/patients/${who}/conditions`, {
        code: 'J32',
        description: 'Chronic sinusitis',
        start: '2020-01-01',
      });
      const third = await made(app, `/patients/${who}/conditions`, {
        code: 'J32',
        description: 'Chronic sinusitis',
        start: '2021-01-01',
      });
      expect(
        await Promise.all(
          ['hypertensao', 'HYPERTENS%C3%83O+arterial', 'I10.9', 'i109', 'sinusitis+chronic', 'J32'].map(found),
        ),
      ).to.deep.equal([true, true, true, true, true, true]);
      expect(
        await Promise.all(['hipertens', 'I10', 'chronic+arterial', 'sinus', '9'].map(found)),
        'half words, half codes, words of two conditions',
      ).to.deep.equal([false, false, false, false, false]);
      await call('DELETE', `/patients/${who}/conditions/${second}`);
      expect(await found('sinusitis'), 'another of the same').to.equal(true);
      await call('PATCH', `/patients/${who}/conditions/${third}`, { description: 'Acute sinusitis', code: 'J01' });
      expect(await Promise.all(['chronic', 'J32', 'acute', 'J01'].map(found))).to.deep.equal([
        false,
        false,
        true,
        true,
      ]);
      await call('DELETE', `/patients/${who}/conditions/${first}`);
      expect(await found('arterial')).to.equal(false);
    });
  });
});
