/** Kardia's ATC files over HTTP: the rhythm with its beats, average and median beats beside it, and damaged files. */
import { expect } from 'chai';
import { NewClinician } from '../../support/clinician.ts';
import { readEach } from '../../support/sendings.ts';
import { atcFile, format, info, lead, marks } from '../../unit/formats/atc/files.ts';

const RHYTHM = Array.from({ length: 900 }, (_, i) => Math.round(900 * Math.sin(i / 20)));
const BLOCKS = [
  format({ flags: 6 }),
  lead('avg ', RHYTHM.slice(0, 450)),
  lead('ecg2', RHYTHM),
  marks(300, [150, 1], [600, 2]),
  lead('ecg ', RHYTHM),
  info(),
];

/** @param last tick of the last mark; the signal ends at 900. @param sign of the signal */
const markedTo = (last: number, sign: number): Uint8Array =>
  atcFile({
    blocks: [
      format(),
      lead(
        'ecg ',
        RHYTHM.map((value) => sign * value),
      ),
      marks(300, [150, 1], [last, 1]),
    ],
  });

describe('ATC files over HTTP', () => {
  const clinician = new NewClinician();
  const { get, post } = clinician;

  it('become the rhythm and its average beat, without the phone', async () => {
    const created = await post(atcFile({ blocks: BLOCKS }));
    expect(created.status, created.text).to.equal(201);
    const [rhythm, beat] = await readEach(clinician.app, clinician.token, created);
    expect([rhythm.part, rhythm.externalId, rhythm.date]).to.deep.equal([
      'rhythm',
      'uuid-1',
      '2026-01-15T12:30:07.250Z',
    ]);
    expect([beat.part, beat.externalId, beat.channels[0].samples]).to.deep.equal(['average beat', 'uuid-1#2', 450]);
    expect(rhythm.channels.map(({ name, gain }: { name: string; gain: number }) => [name, gain])).to.deep.equal([
      ['I', 2000],
      ['II', 2000],
    ]);
    expect(JSON.stringify([rhythm, beat])).to.not.match(/phone's id|SN=12345/);
    const { items } = (await get(`/ecgs/${rhythm.id}/annotations`)).json;
    expect(items.map(({ at, code }: { at: number; code: string }) => [at, code])).to.deep.equal([
      [0.5, 'N'],
      [2, 'V'],
    ]);
    expect((await get(`/ecgs/${rhythm.id}/channels/II/samples`)).json.samples).to.deep.equal(RHYTHM);
    expect((await post(atcFile({ blocks: BLOCKS }))).status).to.equal(200);
  });

  it('keep marks behind the end of the signal, as any file does, with a warning', async () => {
    expect((await post(markedTo(900, 1))).json.warnings, 'at the end').to.deep.equal([]);
    const { json } = await post(markedTo(2_700, -1));
    expect([json.annotations, json.warnings]).to.deep.equal([
      2,
      [
        'Annotations are behind the end of the recording: the last is at 9 s, but it lasts only 3 s. Check that they ' +
          'belong to it.',
      ],
    ]);
  });

  it('are refused with the name of the damaged block, and leave nothing', async () => {
    const file = atcFile({ blocks: BLOCKS });
    file[file.length - 20] = 1;
    const answer = await post(file);
    expect([answer.status, answer.json.code]).to.deep.equal([422, 'recording-invalid']);
    expect(answer.json.detail).to.include('The block "info" is damaged');
    expect((await get('/ecgs')).json.items).to.deep.equal([]);
  });
});
