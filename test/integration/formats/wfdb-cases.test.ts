/** WFDB records as real programs write them, in any order of their files, over HTTP (CASES_DIR). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { NewClinician } from '../../support/clinician.ts';
import type { Answer } from '../../support/http.ts';
import { casesDir } from '../../support/recordings.ts';
import { unzip } from '../../support/zip.ts';
import { int16, text } from './parts.ts';

const folder = casesDir();

describe(`WFDB records of other programs over HTTP${folder === null ? ' (no CASES_DIR: cases skipped)' : ''}`, () => {
  const { get, upload } = new NewClinician();
  const send = (files: readonly (readonly [string, Uint8Array])[]): Promise<Answer> =>
    upload(files.map(([file, bytes]) => ({ file, bytes })));

  /** Sends files of CASES_DIR in this order. */
  async function cases(...names: string[]) {
    const answer = await send(names.map((name) => [name, readFileSync(join(folder!, name))] as const));
    expect(answer.status, answer.text).to.equal(201);
    return answer.json;
  }
  const marks = async (id: string) => (await get(`/ecgs/${id}/annotations`)).json.items;
  const samples = async (id: string) => (await get(`/ecgs/${id}/channels/I/samples`)).json;

  (folder === null ? describe.skip : describe)('from CASES_DIR', () => {
    it('keep their date in the layout of the CinC Challenges', async () => {
      const created = await cases('cinc.hea', 'cinc.mat');
      expect(created).to.include({ date: '2020-05-05T09:49:17.000Z' });
      expect(created.channels.map(({ name, gain }: { name: string; gain: number }) => [name, gain])).to.deep.equal([
        ['I', 1000],
        ['II', 1000],
      ]);
    });

    it('begin at midnight if they have only a date, with a warning', async () => {
      const created = await cases('dateonly.hea', 'dateonly.dat');
      expect(created.date).to.equal('1993-05-17T00:00:00.000Z');
      expect(created.warnings.join()).to.match(/17\/05\/1993 in the header has no time/);
    });

    it('have the annotations that wrann wrote with a sampling rate, and no other', async () => {
      const { id } = await cases('wrann.hea', 'wrann.dat', 'wrann.atr');
      expect((await marks(id)).map(({ at, code }: { at: number; code: string }) => [at, code])).to.deep.equal([
        [0.04, 'N'],
        [0.08, 'V'],
        [0.12, 'N'],
      ]);
    });

    it('have the annotations of another annotator, with a note of its name', async () => {
      const created = await cases('wrann.qrs', 'wrann.hea', 'wrann.dat');
      expect(await marks(created.id)).to.have.length(3);
      expect(created.warnings.join()).to.match(/The annotations are those of wrann\.qrs/);
    });

    it('have the annotations of another annotator, if the reference file is empty', async () => {
      const [header, signals, beats] = ['wrann.hea', 'wrann.dat', 'wrann.qrs'].map(
        (name) => [name, readFileSync(join(folder!, name))] as const,
      );
      const answer = await send([['wrann.atr', new Uint8Array(0)], header!, signals!, beats!]);
      expect(answer.json.warnings.slice(0, 2)).to.deep.equal([
        'wrann.atr is empty.',
        'The annotations are those of wrann.qrs.',
      ]);
      expect(answer.json.annotations).to.equal(3);
    });

    it('name the annotation files that were not kept beside the reference', async () => {
      const created = await cases('wrann.atr', 'wrann.qrs', 'wrann.hea', 'wrann.dat');
      expect(created.warnings.join()).to.match(/wrann\.qrs is a further annotation file/);
      expect((await marks(created.id))[1].code).to.equal('V');
    });

    for (const order of [
      ['brace_0001.hea', 'brace_0001.dat'],
      ['brace_0001.dat', 'brace_0001.hea'],
    ]) {
      it(`may have samples that begin like JSON: ${order.join(', ')}`, async () => {
        const created = await cases(...order);
        expect(created.format).to.equal('wfdb');
        expect(created.channels[0]).to.include({ name: 'I', samplingRate: 250, samples: 50 });
        expect((await samples(created.id)).samples.slice(0, 1)).to.deep.equal([8315]);
      });
    }
  });

  /** Two segments and the header that names them. */
  const segments: readonly (readonly [string, Uint8Array])[] = [
    ['morning.hea', text('morning 1 250 2', 'morning.bin 16 200/mV 16 0 1 3 0 I')],
    ['morning.bin', int16(1, 2)],
    ['evening.hea', text('evening 1 250 2', 'evening 16 200/mV 16 0 31520 -25445 0 I')],
    // `{ {!`
    ['evening', Uint8Array.from([0x20, 0x7b, 0x7b, 0x21])],
    ['day.hea', text('day/2 1 250 4', 'morning 2', 'evening 2')],
  ];
  const orders = [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [1, 0, 3, 4, 2],
    [3, 2, 1, 0, 4],
  ];
  for (const order of orders) {
    it(`consist of segments with any names, in the order ${order.join(', ')}`, async () => {
      const fixed = segments.map(([name, bytes]) => [name, bytes] as const);
      const answer = await send(order.map((at) => fixed[at]!));
      expect(answer.status, answer.text).to.equal(201);
      expect(answer.json.channels[0]).to.include({ name: 'I', samples: 4 });
      expect(answer.json.recordName ?? 'day').to.equal('day');
    });
  }

  it('are told to send the header of all segments first if a large segment came before it', async () => {
    const large = new Uint8Array(9 << 20).fill(1);
    const samplesInIt = large.length / 2;
    const header = text(`a 1 250 ${samplesInIt}`, 'a.dat 16 200/mV 16 0 257 0 0 I');
    const all = text(`all/1 1 250 ${samplesInIt}`, `a ${samplesInIt}`);
    const late = await send([
      ['a.hea', header],
      ['a.dat', large],
      ['all.hea', all],
    ]);
    expect(late.status).to.equal(422);
    expect(late.json.detail).to.match(/all\.hea is a separate recording.*as the first file/);
    const early = await send([
      ['all.hea', all],
      ['a.dat', large],
      ['a.hea', header],
    ]);
    expect(early.status, early.text).to.equal(201);
  });

  it('may consist of gaps only', async () => {
    const answer = await send([['gap.hea', text('gap 1 250 500', '~ 0 200/mV 12 0 0 0 0 II')]]);
    expect(answer.status, answer.text).to.equal(201);
    expect(answer.json.channels[0]).to.include({ name: 'II', samples: 500, missing: 500 });
  });

  it('keep converter, exact zero level and names through an export, which says what other programs read', async () => {
    const header = text('r 1 250 2', '#zero level of signal 0: 10.25', 'r.dat 16 200(10)/mV 11 7 1 3 0 Vä');
    const { json } = await send([
      ['r.hea', header],
      ['r.dat', int16(1, 2)],
    ]);
    const answer = await get(`/ecgs/${json.id}/export?format=wfdb`);
    expect(JSON.parse(answer.headers.get('Export-Warnings')!)[0]).to.match(
      /"Vä" by 0\.25 stored units \(0\.00125 mV\)/,
    );
    const files = unzip(Buffer.from(answer.bytes));
    const written = [...files].find(([name]) => name.endsWith('.hea'))![1].toString();
    expect(written).to.match(/ 200\(10\)\/mV 11 7 1 3 0 Va\n/);
    const again = await send([...files]);
    expect(again.json.id, 'recognised as the same').to.equal(json.id);
  });
});
