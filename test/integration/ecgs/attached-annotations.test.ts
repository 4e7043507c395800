/** Files of annotations that are attached to an existing recording. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { annotate, atr, attach, codeOf, eventsOf, faultOf, fourSeconds, type MitMark } from '../../support/marks.ts';
import { upload } from '../../support/multipart.ts';
import { recordingsDir } from '../../support/recordings.ts';
import { made, timed } from '../../unit/formats/edf/support.ts';

/** Codes of MIT files: N, V. */
const [N, V] = [1, 5];
const EQUAL_RATES = {
  leads: [{ name: 'II', unit: 'mV', gain: 1000, signal: Array.from({ length: 400 }, (_, i) => i % 7) }],
};

const rowOf = ({ at, duration, channel, text }: Record<string, unknown>): unknown[] => [at, duration, channel, text];

/** An EDF+ file of a second, with an annotation of its channel. */
const fileWith = (label: string, samples: number): Uint8Array =>
  made({
    reserved: 'EDF+C',
    signals: [
      { label, records: [Array<number>(samples).fill(1)] },
      { records: [timed(0, `+0.5\x14beat@@${label}\x14`)] },
    ],
  });

describe('an attached file of annotations', () => {
  let app: TestApp;
  let token: string;
  let id: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
  });
  after(() => app.close());
  beforeEach(async () => {
    id = await fourSeconds(app, token, EQUAL_RATES);
  });

  const get = (path: string): Promise<Answer> => call(app, 'GET', `/ecgs/${id}${path}`, { token });
  const remove = (file: string): Promise<Answer> =>
    call(app, 'DELETE', `/ecgs/${id}/annotations/files/${file}`, { token });
  const listed = async (query = ''): Promise<[number, string, string][]> =>
    (await get(`/annotations${query}`)).json.items.map(
      ({ at, source, code, text }: { at: number; source: string; code: string | null; text: string | null }) => [
        at,
        source,
        code ?? text,
      ],
    );

  it('is listed, and its annotations are listed among the others', async () => {
    const answer = await attach(
      app,
      token,
      id,
      atr([
        [50, N],
        [150, V],
      ]),
      { name: 'night/100.atr' },
    );
    expect(answer.status, answer.text).to.equal(201);
    const { id: file, createdAt, ...said } = answer.json;
    expect(said).to.deep.equal({
      name: '100.atr',
      format: 'wfdb',
      annotations: 2,
      createdBy: app.clinician.id,
      warnings: [],
    });
    expect(Date.parse(createdAt)).to.be.closeTo(Date.now(), 60_000);
    expect(answer.headers.get('location')).to.equal(`/api/v1/ecgs/${id}/annotations/files/${file}`);
    const { warnings: _, ...kept } = answer.json;
    expect((await get(`/annotations/files/${file}`)).json).to.deep.equal(kept);
    expect((await get('/annotations/files')).json).to.deep.equal({ items: [kept] });

    await annotate(app, token, id, { at: 2, text: 'own' });
    await annotate(app, token, id, { at: 1, text: 'own' });
    const all = [
      [0.5, 'attached', 'N'],
      [1, 'own', 'own'],
      [2, 'attached', 'V'],
      [2, 'own', 'own'],
    ];
    expect(await listed()).to.deep.equal(all);
    expect(await listed('?source=attached')).to.deep.equal([all[0], all[2]]);
    expect(await listed('?code=V')).to.deep.equal([all[2]]);
    expect((await get('/annotations?source=attached')).json.items[0]).to.deep.equal({
      source: 'attached',
      file,
      at: 0.5,
      duration: null,
      channel: null,
      code: 'N',
      text: null,
    });
  });

  it('is removed with all its annotations, and others stay', async () => {
    const [first, second] = [
      atr([
        [100, N],
        [100, N],
      ]),
      atr([
        [100, V],
        [100, V],
      ]),
    ];
    const files = [await attach(app, token, id, first), await attach(app, token, id, second)].map(
      ({ json }) => json.id as string,
    );
    await annotate(app, token, id, { at: 2, text: 'own' });
    const pages: unknown[] = [];
    for (let cursor = ''; ;) {
      const { json } = await get(`/annotations?limit=1${cursor}`);
      pages.push(...json.items.map(({ at, file }: { at: number; file?: string }) => [at, files.indexOf(file ?? '')]));
      if (json.nextCursor === null) break;
      cursor = `&cursor=${json.nextCursor}`;
    }
    expect(pages).to.deep.equal([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
      [2, -1],
    ]);
    expect((await remove(files[0]!)).status).to.equal(204);
    expect(codeOf(await remove(files[0]!))).to.deep.equal([404, 'not-found']);
    expect(codeOf(await get(`/annotations/files/${files[0]!}`))).to.deep.equal([404, 'not-found']);
    expect(await listed()).to.deep.equal([
      [1, 'attached', 'V'],
      [2, 'attached', 'V'],
      [2, 'own', 'own'],
    ]);
    expect(
      await app.database.collection('ecgAttachedAnnotations').countDocuments({ ecg: new Types.ObjectId(id) }),
    ).to.equal(1);
  });

  it('is taken as a raw body, too', async () => {
    const options = { token, raw: atr([[7, N]]), headers: { 'Content-Type': 'application/octet-stream' } };
    const { status, json } = await call(app, 'POST', `/ecgs/${id}/annotations/files?samplingRate=10`, options);
    expect([status, json.name]).to.deep.equal([201, null]);
    expect(await listed()).to.deep.equal([[0.7, 'attached', 'N']]);
  });

  it('answers 200 if the same file is attached already, also for several at the same time', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => attach(app, token, id, atr([[100, N]]))));
    expect(answers.map(({ status }) => status)).to.have.members([200, 200, 201]);
    expect(new Set(answers.map(({ json }) => json.id as string)).size).to.equal(1);
    expect(await listed()).to.deep.equal([[1, 'attached', 'N']]);
  });

  it('says what it has assumed if channels have several rates', async () => {
    id = await fourSeconds(app, token);
    const assumed = await attach(app, token, id, atr([[20, N]]));
    expect(assumed.json.warnings).to.have.length(1);
    expect(assumed.json.warnings[0]).to.match(/10 Hz.*samplingRate/s);
    expect(await listed()).to.deep.equal([[2, 'attached', 'N']]);
    const told = await attach(app, token, id, atr([[20, V]]), { fields: { samplingRate: '100' } });
    expect(told.json.warnings).to.deep.equal([]);
    expect(await listed('?code=V')).to.deep.equal([[0.2, 'attached', 'V']]);
  });

  for (const [what, bytes, message] of [
    ['nothing', new Uint8Array(0), /no annotations/],
    ['an end mark only', atr([]), /no annotations/],
    [
      'annotations after the end',
      atr([
        [100, N],
        [900, N],
      ]),
      /10 s.*lasts only 4 s.*samplingRate/s,
    ],
    ['half an annotation', Uint8Array.of(1), /ends inside an annotation.*WFDB annotation file/s],
  ] as [string, Uint8Array, RegExp][]) {
    it(`is refused if it contains ${what}`, async () => {
      const answer = await attach(app, token, id, bytes);
      expect(codeOf(answer), answer.text).to.deep.equal([422, 'annotations-invalid']);
      expect(answer.json.detail).to.match(message);
      expect(await listed()).to.deep.equal([]);
    });
  }

  it('is refused in forms that are not as they should be', async () => {
    const send = (form: FormData): Promise<Answer> =>
      call(app, 'POST', `/ecgs/${id}/annotations/files`, { token, body: form });
    const blob = new Blob([Uint8Array.from(atr([[1, N]]))]);
    expect(faultOf(await send(new FormData()))).to.include(422);
    const two = new FormData();
    two.append('file', blob, 'a.atr');
    two.append('file', blob, 'b.atr');
    expect(faultOf(await send(two))).to.deep.equal([422, '/file', 'must be only one file']);
    const misnamed = new FormData();
    misnamed.set('files', blob, 'a.atr');
    expect(faultOf(await send(misnamed))[1]).to.equal('/files');
    const wrong = await attach(app, token, id, atr([[1, N]]), { fields: { samplingRate: 'fast' } });
    expect(faultOf(wrong).slice(0, 2)).to.deep.equal([422, '/samplingRate']);
    const unknown = await attach(app, token, id, atr([[1, N]]), { query: '?rate=1' });
    expect(codeOf(unknown)).to.deep.equal([400, 'invalid-query']);
  });

  it('is at most 16 MiB', async () => {
    const answer = await attach(app, token, id, new Uint8Array((16 << 20) + 1));
    expect(codeOf(answer)).to.deep.equal([413, 'body-too-large']);
    expect(answer.json.detail).to.include('16777216');
  });

  it('is one of at most ten, with at most 200,000 annotations together', async () => {
    const many: MitMark[] = Array.from({ length: 100_001 }, () => [0, N]);
    expect((await attach(app, token, id, atr(many))).json.annotations).to.equal(100_001);
    const second = await attach(app, token, id, atr([...many.slice(1), [0, V]]));
    expect(codeOf(second)).to.deep.equal([409, 'too-many-annotations']);
    for (let n = 1; n < 10; n++) expect((await attach(app, token, id, atr([[n, N]]))).status).to.equal(201);
    expect(codeOf(await attach(app, token, id, atr([[10, N]])))).to.deep.equal([409, 'too-many-annotations']);
    expect((await get('/annotations?limit=200&source=attached&from=0.01')).json.items).to.have.length(9);
  });

  it('is an EDF+ file with annotations of channels by their names', async () => {
    const signals = [{ records: [timed(0, '+0.5\x14apnoea\x14', '+1\x152\x14arousal@@II\x14'), timed(1)] }];
    const answer = await attach(app, token, id, made({ reserved: 'EDF+C', duration: '0', signals }), {
      name: 'night.edf',
    });
    expect(answer.status, answer.text).to.equal(201);
    expect(answer.json).to.include({ format: 'edf', annotations: 2 });
    expect((await get('/annotations')).json.items.map(rowOf)).to.deep.equal([
      [0.5, null, null, 'apnoea'],
      [1, 2, 'II', 'arousal'],
    ]);
  });

  it('is a whole recording in EDF+, if its channels are those of the recording', async () => {
    const fitting = await attach(app, token, id, fileWith('II', 100));
    expect(fitting.json.annotations, fitting.text).to.equal(1);
    expect((await get('/annotations')).json.items[0]).to.include({ channel: 'II', text: 'beat' });
    const slow = await attach(app, token, id, fileWith('II', 50));
    expect(codeOf(slow)).to.deep.equal([422, 'annotations-invalid']);
    expect(slow.json.detail).to.match(/50 Hz in the file.*100 Hz/);
    const other = await attach(app, token, id, fileWith('V9', 100));
    expect(codeOf(other)).to.deep.equal([422, 'annotations-invalid']);
    expect(other.json.detail).to.include('V9');
  });

  it('belongs to the owner of the recording', async () => {
    const { json } = await attach(app, token, id, atr([[100, N]]));
    const foreign = { token: app.other.token };
    for (const [method, path] of [
      ['GET', ''],
      ['GET', `/${json.id}`],
      ['DELETE', `/${json.id}`],
    ] as const)
      expect((await call(app, method, `/ecgs/${id}/annotations/files${path}`, foreign)).status).to.equal(404);
    expect((await attach(app, app.other.token, id, atr([[1, N]]))).status).to.equal(404);
    expect((await attach(app, app.admin.token, id, atr([[1, N]]))).status).to.equal(403);
    expect(await listed()).to.have.length(1);
  });

  it('is audited, and removed with the recording', async () => {
    const { json } = await attach(app, token, id, atr([[100, N]]));
    await remove(json.id);
    const again = await attach(app, token, id, atr([[100, N]]));
    const ecg = new Types.ObjectId(id);
    const events = (await eventsOf(app, 'annotation-file')).filter((event) =>
      ecg.equals((event as { ecg: string }).ecg),
    );
    const common = {
      by: new Types.ObjectId(app.clinician.id),
      resource: 'annotation-file',
      patient: null,
      ecg,
      along: { annotations: 1 },
    };
    const [first, second] = [json.id, again.json.id].map((file: string) => new Types.ObjectId(file));
    expect(events).to.deep.equal([
      { ...common, action: 'create', id: first },
      { ...common, action: 'delete', id: first },
      { ...common, action: 'create', id: second },
    ]);
    expect((await call(app, 'DELETE', `/ecgs/${id}`, { token })).status).to.equal(204);
    expect(await app.database.collection('ecgAttachedAnnotations').countDocuments({ ecg })).to.equal(0);
  });

  const folder = recordingsDir();
  if (folder === null) return;

  it('has the same annotations as if it had been uploaded with its record', async () => {
    const [hea, dat, marks] = ['100.hea', '100.dat', '100.atr'].map((name) =>
      readFileSync(join(folder, 'wfdb', name)),
    ) as unknown as [Uint8Array, Uint8Array, Uint8Array];
    const parts = [
      { file: '100.hea', bytes: hea },
      { file: '100.dat', bytes: dat },
    ];
    const whole = await upload(app, token, [...parts, { file: '100.atr', bytes: marks }]);
    const bare = await upload(app, token, parts, '?duplicate=allow');
    expect([whole.status, bare.status]).to.deep.equal([201, 201]);
    id = bare.json.id;
    expect((await attach(app, token, id, marks)).json.annotations).to.equal(whole.json.annotations);
    const query = '/annotations?from=600&limit=200';
    const own = (await get(query)).json.items.map(({ file: _f, source: _s, ...said }: Record<string, unknown>) => said);
    id = whole.json.id;
    const expected = (await get(query)).json.items.map(({ source: _s, ...said }: Record<string, unknown>) => said);
    expect(expected).to.have.length(200);
    expect(own).to.deep.equal(expected);
  });
});
