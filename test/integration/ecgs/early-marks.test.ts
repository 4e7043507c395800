/** Marks before the first sample: a recorder may write them before it begins to sample. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { unzip } from '../../support/zip.ts';
import { made, timed } from '../../unit/formats/edf/support.ts';

const TEXTS: [number, string][] = [
  [-2.5, 'electrodes on'],
  [-0.5, 'quiet please'],
  [0, 'start'],
  [1.25, 'cough'],
];

describe('marks before the first sample', () => {
  let app: TestApp;
  let token: string;
  let id: string;
  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
    const lists = TEXTS.map(([at, text]) => `${at < 0 ? '' : '+'}${at}\x14${text}\x14`);
    const signals = [
      {
        label: 'II',
        records: [
          [1, -1, 1, -1],
          [2, -2, 2, -2],
        ],
      },
      { records: [timed(0, ...lists), timed(1)] },
    ];
    const { json, text } = await upload(app, token, [{ file: 'r.edf', bytes: made({ reserved: 'EDF+C', signals }) }]);
    expect(json.annotations, text).to.equal(TEXTS.length);
    id = json.id;
  });
  after(() => app.close());

  const get = (path: string): Promise<Answer> => call(app, 'GET', path, { token });
  const marks = async (query: string, of = id): Promise<[number, string][]> =>
    (await get(`/ecgs/${of}/annotations${query}`)).json.items.map(({ at, text }: { at: number; text: string }) => [
      at,
      text,
    ]);

  it('are listed page by page, as many as the recording states', async () => {
    expect(await marks('')).to.deep.equal(TEXTS);
    expect(await marks('?limit=1')).to.deep.equal(TEXTS.slice(0, 1));
  });

  it('are outside a window that begins at the start, and inside one without a beginning', async () => {
    expect(await marks('?from=0')).to.deep.equal(TEXTS.slice(2));
    expect(await marks('?to=0')).to.deep.equal(TEXTS.slice(0, 2));
    expect(await marks('?from=-1&to=1')).to.deep.equal(TEXTS.slice(1, 3));
    expect((await get(`/ecgs/${id}/annotations?from=1&to=-1`)).status).to.equal(400);
  });

  for (const format of ['edf', 'wfdb', 'dicom']) {
    it(`come back from an export as ${format} at their times`, async () => {
      const answer = await get(`/ecgs/${id}/export?format=${format}&date=2026-01-15`);
      const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')![1]!;
      const files = name.endsWith('.zip')
        ? unzip(Buffer.from(answer.bytes))
        : new Map([[name, Buffer.from(answer.bytes)]]);
      const again = await upload(
        app,
        token,
        [...files].map(([file, bytes]) => ({ file, bytes })),
        '?duplicate=allow',
      );
      expect(again.status, again.text).to.equal(201);
      expect(await marks('', again.json.id)).to.deep.equal(TEXTS);
    });
  }

  it('are left out of an export of a window that starts at 0', async () => {
    const answer = await get(`/ecgs/${id}/export?format=edf&from=0&to=2`);
    const again = await upload(
      app,
      token,
      [{ file: 'w.edf', bytes: new Uint8Array(answer.bytes) }],
      '?duplicate=allow',
    );
    expect(await marks('', again.json.id)).to.deep.equal(TEXTS.slice(2));
  });
});
