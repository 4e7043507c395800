/** The decoder of SCP-ECG: a real recording, all encodings, and what the sections say besides. */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeScp } from '../../../../src/formats/scp/decode.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { HEAD_BYTES } from '../../../../src/formats/types.ts';
import { type DecodedWhole, decodeFiles } from '../../../support/formats.ts';
import { recordingsDir } from '../../../support/recordings.ts';
import {
  bitsOf,
  DEFAULT_TABLE,
  defaultStream,
  leadsBody,
  packed,
  plainFile,
  scpFile,
  signalsBody,
  type SignalFields,
  tableBytes,
  u16,
  u32,
} from './files.ts';

const readAll = async (bytes: Uint8Array): Promise<DecodedWhole[]> => decodeFiles(decodeScp, { a: bytes }, 'a');
const read = async (bytes: Uint8Array): Promise<DecodedWhole> => (await readAll(bytes))[0] as DecodedWhole;
/** Lead I in one stream, and what stands in section 2. */
const coded = (stream: Uint8Array, samples: number, tables?: Uint8Array, fields?: SignalFields): Buffer =>
  scpFile({
    ...(tables === undefined ? {} : { 2: tables }),
    3: leadsBody([[1, 1, samples]]),
    6: signalsBody([stream], fields),
  });
const digitsOf = async (bytes: Uint8Array): Promise<number[]> => [...((await read(bytes)).digits[0] as Float64Array)];

const qrs = (...places: number[]): Buffer =>
  Buffer.concat([u16(0, 0, places.length), ...places.map((at) => Buffer.concat([u16(0), u32(0, at, 0)]))]);

describe('the SCP-ECG decoder', () => {
  it('reads the digits, rate, scale and reference beat of a real recording', async function () {
    const folder = recordingsDir();
    if (folder === null) this.skip();
    const bytes = readFileSync(join(folder, 'scp/Example.scp'));
    expect(formatOf(bytes.subarray(0, HEAD_BYTES))?.id).to.equal('scp');
    const [rhythm, beat, ...others] = await readAll(bytes);
    expect(others).to.have.length(0);
    const golden = JSON.parse(readFileSync(join(folder, 'golden-2.json'), 'utf8')) as {
      channels: { file: string; channel: string; digitsSha256Int32LE: string }[];
    };
    const wanted = golden.channels.filter(({ file }) => file === 'scp/Example.scp');
    expect(wanted).to.have.length(12);
    expect(rhythm?.recording.channels.map(({ name }) => name.toUpperCase())).to.deep.equal(
      wanted.map(({ channel }) => channel.toUpperCase()),
    );
    for (const [i, { channel, digitsSha256Int32LE }] of wanted.entries())
      expect(sha256(rhythm?.digits[i]), channel).to.equal(digitsSha256Int32LE);
    expect(rhythm?.recording).to.deep.include({ date: '2002-11-22T09:10:00', part: 'rhythm', warnings: [] });
    expect(rhythm?.recording.channels[0]).to.deep.equal({
      name: 'I',
      samplingRate: 500,
      unit: 'uV',
      gain: 0.4,
      zeroLevel: 0,
    });
    // 599 values of lead I by ecgdatakit 2.0.3: SCPECGParser().parse(path).median_beats[0].samples.
    expect(beat?.recording.part).to.equal('reference beat');
    expect(beat?.digits[0]).to.have.length(599);
    expect(sha256(beat?.digits[0])).to.match(/^1458511053b0/);
    expect(beat?.annotations.map(({ at, text }) => [at * 1000, text])).to.deep.equal([
      [286, 'P wave'],
      [434, 'QRS complex'],
      [854, 'end of T wave'],
    ]);
  });

  it('reads plain samples of 16 bits if there is no section 2', async () => {
    expect(await digitsOf(plainFile([1, -2, 32767, -32767]))).to.deep.equal([1, -2, 32767, -32767]);
  });

  it('keeps the lowest value of 16 bits as a sample', async () => {
    expect(await digitsOf(plainFile([0, -32768, 5]))).to.deep.equal([0, -32768, 5]);
  });

  it('reads every code of the default table', async () => {
    const values = [...Array.from({ length: 17 }, (_, i) => i - 8), 9, -9, 127, -127, 128, -129, 32767, -32767];
    expect(await digitsOf(coded(defaultStream(values), values.length, DEFAULT_TABLE))).to.deep.equal(values);
  });

  it('adds first and second differences, with and without Huffman codes', async () => {
    const first = [100, 5, -3, 0, 20];
    const second = [100, 105, -8, 3, 40];
    for (const [order, values, samples] of [
      [1, first, [100, 105, 102, 102, 122]],
      [2, second, [100, 105, 102, 102, 142]],
    ] as const) {
      expect(await digitsOf(coded(defaultStream(values), 5, DEFAULT_TABLE, { order }))).to.deep.equal(samples);
      expect(await digitsOf(coded(u16(...values), 5, undefined, { order }))).to.deep.equal(samples);
    }
  });

  it('reads leads that are shorter than the order of the differences', async () => {
    for (const values of [[7], [7, 9]])
      expect(await digitsOf(coded(defaultStream(values), values.length, DEFAULT_TABLE, { order: 2 }))).to.deep.equal(
        values,
      );
  });

  it('reduces differences of 16 bits to samples of 16 bits and says so', async () => {
    const { digits, recording } = await read(coded(u16(30000, 5536), 2, undefined, { order: 1 }));
    expect([...(digits[0] as Float64Array)]).to.deep.equal([30000, -30000]);
    expect(recording.warnings.join()).to.match(/Lead I: its differences lead beyond 16 bits/);
  });

  it('reads tables of the file, with a base value, long prefixes and lengths in exchanged order', async () => {
    const long = '1'.repeat(20);
    const table = tableBytes([
      ['0', 0, 1, -7],
      ['10', 4, 1, 100],
      [`${long}0`, 0, 1, 1234],
      [`${long}1`, 16, 1, 0],
    ]);
    const stream = packed(['0', `${long}0`, `10${bitsOf(-8, 4)}`, `${long}1${bitsOf(-30000, 16)}`, '0'].join(''));
    const values = [-7, 1234, 92, -30000, -7];
    expect(await digitsOf(coded(stream, 5, Buffer.concat([u16(1), table])))).to.deep.equal(values);
    const exchanged = Buffer.from(table);
    for (let at = 2; at < exchanged.length; at += 9)
      [exchanged[at], exchanged[at + 1]] = [exchanged[at + 1] as number, exchanged[at] as number];
    expect(await digitsOf(coded(stream, 5, Buffer.concat([u16(1), exchanged])))).to.deep.equal(values);
  });

  it('switches between tables, and begins each lead with the first', async () => {
    const small = tableBytes([
      ['0', 0, 1, 0],
      ['10', 0, 1, 1],
      ['11', 0, 0, 2],
    ]);
    const large = tableBytes([
      ['0', 16, 1, 0],
      ['1', 0, 0, 1],
    ]);
    const stream = packed(`10110${bitsOf(500, 16)}1100110${bitsOf(-500, 16)}`);
    const file = scpFile({
      2: Buffer.concat([u16(2), small, large]),
      3: leadsBody([
        [1, 1, 5],
        [2, 1, 5],
      ]),
      6: signalsBody([stream, stream]),
    });
    const { digits } = await read(file);
    expect(digits.map((values) => [...values])).to.deep.equal([
      [1, 500, 1, 0, -500],
      [1, 500, 1, 0, -500],
    ]);
  });

  it('recognises the rate that a sample time stands for', async () => {
    const { recording } = await read(coded(u16(1), 1, undefined, { period: 2778, nanovolts: 4880 }));
    expect(recording.channels[0]).to.include({ samplingRate: 360, unit: 'uV' });
    expect(1 / (recording.channels[0]?.gain as number)).to.be.closeTo(4.88, 1e-15);
  });

  it('claims no scale without an amplitude', async () => {
    const { recording } = await read(coded(u16(1), 1, undefined, { nanovolts: 0 }));
    expect(recording.channels[0]).to.include({ unit: null, gain: null, zeroLevel: null });
    expect(recording.warnings.join()).to.match(/not calibrated/);
  });

  it('puts missing samples before leads that begin late, and keeps early ends', async () => {
    const file = scpFile({
      3: leadsBody([
        [3, 1, 3],
        [4, 3, 4],
      ]),
      6: signalsBody([u16(1, 2, 3), u16(4, 5)]),
    });
    const { digits } = await read(file);
    expect(digits.map((values) => [...values])).to.deep.equal([
      [1, 2, 3],
      [NaN, NaN, 4, 5],
    ]);
  });

  it('counts samples from 0 if the file does', async () => {
    const { digits } = await read(scpFile({ 3: leadsBody([[1, 0, 1]]), 6: signalsBody([u16(8, 9)]) }));
    expect([...(digits[0] as Float64Array)]).to.deep.equal([8, 9]);
  });

  it('names other leads by their codes, never like a limb lead', async () => {
    const leads = [0, 0, 61, 66, 61, 120].map((code) => [code, 1, 1] as const);
    const { recording } = await read(scpFile({ 3: leadsBody(leads), 6: signalsBody(leads.map(() => u16(1))) }));
    expect(recording.channels.map(({ name }) => name)).to.deep.equal([
      'channel 1',
      'channel 2',
      'III',
      'V8',
      'III#2',
      'SCP lead 120',
    ]);
    expect(recording.warnings).to.deep.equal([
      'The lead code 0 is not known; its channel is named channel 1.',
      'The lead code 0 is not known; its channel is named channel 2.',
      'The lead code 120 is not known; its channel is named SCP lead 120.',
    ]);
  });

  it('warns of a lead without a code with the name of its channel', async () => {
    const leads = [1, 0].map((code) => [code, 1, 1] as const);
    const { recording } = await read(scpFile({ 3: leadsBody(leads), 6: signalsBody(leads.map(() => u16(1))) }));
    expect(recording.channels[1]?.name).to.equal('channel 2');
    expect(recording.warnings).to.deep.equal(['The lead code 0 is not known; its channel is named channel 2.']);
  });

  it('marks the QRS complexes of section 4 if all of them are in the recording', async () => {
    const { annotations } = await read(plainFile([1, 2, 3, 4], { 4: qrs(1, 4) }));
    expect(annotations.map(({ at, text }) => [at, text])).to.deep.equal([
      [0, 'QRS complex'],
      [0.006, 'QRS complex'],
    ]);
    const other = await read(plainFile([1, 2, 3, 4], { 4: qrs(1, 5) }));
    expect(other.annotations).to.deep.equal([]);
    expect(other.recording.warnings.join()).to.match(/QRS complexes .* were not kept/);
  });
});

const sha256 = (digits: Float64Array | undefined): string =>
  createHash('sha256')
    .update(new Uint8Array(Int32Array.from(digits ?? []).buffer))
    .digest('hex');
