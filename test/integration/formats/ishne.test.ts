/** ISHNE recordings over HTTP: alone, with their annotation file in any order, and the file attached later. */
import { expect } from 'chai';
import { NewClinician } from '../../support/clinician.ts';
import { attach } from '../../support/marks.ts';
import { beatsFile, recordingFile } from '../../unit/formats/ishne/files.ts';

const FRAMES = Array.from({ length: 600 }, (_, i) => [Math.round(800 * Math.sin(i / 9)), i % 2 === 0 ? 5 : -5]);
const RECORDING = recordingFile({ frames: FRAMES, leads: [{ code: 12 }, { code: 15 }], samples: 1_200 });
const BEATS = beatsFile({
  first: 100,
  beats: [
    ['N', 0],
    ['V', 150],
    ['P', 50],
  ],
});
const TOLD = [
  [0.5, 'N'],
  [1.25, 'V'],
  [1.5, '/'],
];

describe('ISHNE files over HTTP', () => {
  const clinician = new NewClinician();
  const { get, post, upload: send } = clinician;
  const marksOf = async (id: string): Promise<unknown[]> =>
    (await get(`/ecgs/${id}/annotations`)).json.items.map(({ at, code }: { at: number; code: string }) => [at, code]);

  it('are stored with their leads, scale, start and patient, and come back exactly', async () => {
    const created = await post(RECORDING);
    expect(created.status, created.text).to.equal(201);
    expect(created.json).to.deep.include({ format: 'ishne', warnings: [] });
    expect(created.json.date).to.match(/^2026-01-15T/);
    expect(created.json.channels[0]).to.include({ name: 'V2', lead: 'V2', samplingRate: 200, unit: 'mV', gain: 400 });
    const { json } = await get(`/ecgs/${created.json.id}/insights`);
    expect(json.channels.map(({ zeroCrossings }: { zeroCrossings: number }) => zeroCrossings)).to.deep.equal([21, 599]);
    const samples = (await get(`/ecgs/${created.json.id}/channels/V2/samples`)).json.samples;
    expect(samples).to.deep.equal(FRAMES.map(([first]) => first));
  });

  it('take the beats of the annotation file of the same name, sent before or after them', async () => {
    const recording = { file: 'night.ecg', bytes: RECORDING };
    const beats = { file: 'NIGHT.ANN', bytes: BEATS };
    for (const parts of [
      [recording, beats],
      [beats, recording],
    ]) {
      const created = await send(parts);
      expect(created.status, created.text).to.be.oneOf([200, 201]);
      expect(await marksOf(created.json.id)).to.deep.equal(TOLD);
    }
  });

  it('name the annotation file that cannot be read, or belongs to another recording by its name', async () => {
    const recording = { file: 'night.ecg', bytes: RECORDING };
    for (const [file, bytes, reason] of [
      ['night.ann', new Uint8Array(0), /^night\.ann: The file ends inside its header/],
      ['night.ann', Buffer.alloc(600), /^night\.ann: An ISHNE file begins with/],
      ['day.ann', BEATS, /^day\.ann \(ISHNE Holter\) is no part of this recording by its name/],
    ] as const) {
      const { json } = await send([{ file, bytes }, recording]);
      expect(json.detail).to.match(reason);
    }
  });

  it('may get their annotation file later', async () => {
    const { json } = await send([{ file: 'a.ecg', bytes: RECORDING }]);
    const attached = await attach(clinician.app, clinician.token, json.id, BEATS, { name: 'a.ann' });
    expect(attached.status, attached.text).to.equal(201);
    expect(attached.json).to.deep.include({ format: 'ishne', annotations: 3 });
    expect(await marksOf(json.id)).to.deep.equal(TOLD);
  });

  it('are refused with a reason if only the annotation file is sent, or that of another recording', async () => {
    const alone = await send([{ file: 'a.ann', bytes: BEATS }]);
    expect([alone.status, alone.json.code]).to.deep.equal([422, 'recording-invalid']);
    expect(alone.json.detail).to.include('send it together with its recording');
    const other = beatsFile({ first: 5_000, beats: [['N', 0]] });
    const refused = await send([
      { file: 'a.ecg', bytes: RECORDING },
      { file: 'a.ann', bytes: other },
    ]);
    expect(refused.status).to.equal(422);
    expect((await get('/ecgs')).json.items).to.deep.equal([]);
  });

  it('are in the list of formats', async () => {
    const { items } = (await get('/formats')).json;
    expect(items.find(({ id }: { id: string }) => id === 'ishne')).to.deep.include({
      extensions: ['.ecg', '.hol', '.ann'],
      isRead: true,
      isWritten: false,
      experimental: false,
    });
  });
});
