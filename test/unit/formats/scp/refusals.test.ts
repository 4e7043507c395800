/** SCP-ECG files that are damaged, or compressed in ways that are not read: each is refused with its reason. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeScp, MAX_FILE_BYTES } from '../../../../src/formats/scp/decode.ts';
import { scp } from '../../../../src/formats/scp/index.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { FormatError, type FormatErrorKind, HEAD_BYTES } from '../../../../src/formats/types.ts';
import { decodeFiles, uploadOf } from '../../../support/formats.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { recordingsDir } from '../../../support/recordings.ts';
import {
  DEFAULT_TABLE,
  defaultStream,
  leadsBody,
  packed,
  plainFile,
  resealed,
  scpFile,
  signalsBody,
  tableBytes,
  u16,
  u32,
  u8,
} from './files.ts';
import { scpSeeds } from './fuzz-seeds.ts';

async function refused(bytes: Uint8Array, kind: FormatErrorKind, reason: RegExp): Promise<void> {
  const error: unknown = await decodeFiles(decodeScp, { a: bytes }, 'a').catch((thrown: unknown) => thrown);
  if (!(error instanceof FormatError)) expect.fail(`no FormatError: ${String(error)}`);
  expect(error.message).to.match(reason);
  expect(error).to.include({ format: 'scp', kind });
}

const FILE = plainFile([1, 2, 3]);
/** Offset of a section in a file. */
const placeOf = (file: Buffer, number: number): number => file.readUInt32LE(28 + 10 * number) - 1;
const changed = (file: Buffer, change: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.from(file);
  change(bytes);
  return bytes;
};

const signals = (more: object): Buffer => scpFile({ 3: leadsBody([[1, 1, 1]]), 6: signalsBody([u16(1)], more) });

const own = (tables: Buffer, bits: string, samples = 1): Buffer =>
  scpFile({ 2: tables, 3: leadsBody([[1, 1, samples]]), 6: signalsBody([packed(bits)]) });

const one = (...codes: [string, number, number, number][]): Buffer => Buffer.concat([u16(1), tableBytes(codes)]);

describe('SCP-ECG files that are refused', () => {
  it('are those with a wrong checksum, which names the section', async () => {
    for (const number of [3, 6])
      await refused(
        changed(FILE, (bytes) =>
          bytes.writeUInt8(bytes.readUInt8(placeOf(bytes, number) + 17) ^ 1, placeOf(bytes, number) + 17),
        ),
        'syntax',
        new RegExp(`checksum \\(CRC\\) of section ${number} is wrong: the file is damaged`),
      );
    await refused(
      changed(FILE, (bytes) => (bytes[60] = 9)),
      'syntax',
      /checksum \(CRC\) of section 0 is wrong/,
    );
    await refused(
      changed(FILE, (bytes) => (bytes[0] = (bytes[0] as number) ^ 1)),
      'syntax',
      /checksum \(CRC\) of the file is wrong/,
    );
  });

  it('are those that were cut, or whose pointers lead elsewhere', async () => {
    await refused(FILE.subarray(0, -1), 'syntax', /file ends after .* of its .* bytes/);
    await refused(Buffer.from('no ECG at all, only some text'), 'syntax', /not an SCP-ECG file/);
    const pointer = (number: number, at: number, value: number): Buffer =>
      resealed(changed(FILE, (bytes) => bytes.writeUInt32LE(value, 22 + 10 * number + at)));
    await refused(pointer(3, 6, 0), 'syntax', /Section 3 should have .* bytes/);
    await refused(pointer(3, 6, 0xffffff), 'syntax', /Section 3 should have .* bytes/);
    await refused(pointer(3, 6, placeOf(FILE, 6) + 1), 'syntax', /section 3 should be, there is section 6/);
    await refused(pointer(3, 2, 20), 'syntax', /Section 3 has 20 bytes according to section 0, but 27/);
  });

  it('are those from which a reference beat was subtracted, and bimodal ones', async () => {
    await refused(
      scpFile({ 3: leadsBody([[1, 1, 1]], 5), 6: signalsBody([u16(1)]) }),
      'content',
      /reference beat was subtracted .* Export/,
    );
    await refused(
      scpFile({ 3: leadsBody([[1, 1, 1]]), 6: signalsBody([u16(1)], { bimodal: 1 }) }),
      'content',
      /compressed bimodally, .* Export/,
    );
  });

  it('are those without leads, without a rhythm, or with long-term data only', async () => {
    await refused(scpFile({ 6: signalsBody([u16(1)]) }), 'syntax', /no section 3/);
    await refused(scpFile({ 3: leadsBody([[1, 1, 1]]) }), 'syntax', /no rhythm data/);
    await refused(scpFile({ 3: leadsBody([[1, 1, 1]]), 12: u16(1) }), 'content', /long-term rhythm data only/);
    await refused(scpFile({ 3: leadsBody([]), 6: signalsBody([]) }), 'content', /has 0 leads/);
  });

  it('are those with impossible samples', async () => {
    await refused(signals({ order: 3 }), 'content', /encoding 3 in section 6 is not known/);
    await refused(signals({ period: 0 }), 'content', /sample time of 0/);
    await refused(
      scpFile({ 3: leadsBody([[1, 3, 2]]), 6: signalsBody([u16(1)]) }),
      'content',
      /the last one must not precede/,
    );
    await refused(
      scpFile({ 3: leadsBody([[1, 1, 2]]), 6: signalsBody([u16(1)]) }),
      'content',
      /Lead I of section 6: 2 bytes cannot hold 2 samples/,
    );
    await refused(
      scpFile({ 3: leadsBody([[1, 0xffffffff, 0xffffffff]]), 6: signalsBody([u16(1)]) }),
      'content',
      /begin .* samples late/,
    );
    await refused(
      scpFile({ 2: DEFAULT_TABLE, 3: leadsBody([[1, 1, 4_000_000_000]]), 6: signalsBody([u16(1)]) }),
      'content',
      /cannot hold 4,000,000,000 samples/,
    );
    await refused(
      scpFile({ 2: DEFAULT_TABLE, 3: leadsBody([[1, 1, 10]]), 6: signalsBody([defaultStream([200])]) }),
      'content',
      /data end after 7 of 10 samples/,
    );
  });

  it('are those whose Huffman tables are ambiguous, incomplete or too large', async () => {
    await refused(own(one(['1', 0, 1, 0], ['10', 0, 1, 1]), '10'), 'content', /one of its codes begins with another/);
    await refused(
      own(one(['10', 0, 1, 0]), `10${'1'.repeat(62)}`, 3),
      'content',
      /after 1 of 3 samples that are no code/,
    );
    await refused(own(one(['1', 0, 0, 2]), '1'), 'content', /table that does not exist/);
    await refused(own(one(['1', 17, 1, 0]), '1'), 'content', /values beyond 16 bits/);
    await refused(own(one(['1', 16, 1, 1]), '1'), 'content', /values beyond 16 bits/);
    await refused(own(one(['1', 0, 2, 1]), '1'), 'content', /mode 2/);
    await refused(own(u16(33), '1'), 'content', /33 Huffman tables/);
    await refused(own(u16(1, 0), '1'), 'content', /no codes/);
    await refused(own(Buffer.concat([u16(1, 1), u8(0, 0, 1), u16(0), u32(0)]), '1'), 'content', /prefix of 0 bits/);
    await refused(own(u16(1, 500), '1'), 'syntax', /Section 2 ends too early/);
  });

  it('are those that are larger than the limit', async () => {
    await refused(Buffer.alloc(MAX_FILE_BYTES + 1), 'content', /more than 33,554,432 bytes/);
  });
});

describe('SCP-ECG files', () => {
  it('are recognised with and without the mark in section 0', () => {
    const unmarked = scpFile({ 3: leadsBody([[1, 1, 1]]), 6: signalsBody([u16(1)]) }, '\0\0\0\0\0\0');
    for (const bytes of [FILE, unmarked]) expect(formatOf(bytes.subarray(0, HEAD_BYTES))?.id).to.equal('scp');
  });

  it('are not taken for other binary files, nor those for them', function () {
    for (const bytes of [Buffer.alloc(HEAD_BYTES), Buffer.alloc(HEAD_BYTES, 0xff), FILE.subarray(0, 31)])
      expect(scp.recognises(bytes)).to.equal(false);
    const folder = recordingsDir();
    if (folder === null) this.skip();
    for (const name of [
      'wfdb/100.dat',
      'wfdb/a103l.mat',
      'edf/test_utf8.edf',
      'dicom/waveform_ecg.dcm',
      'wfdb/100.atr',
    ])
      expect(scp.recognises(readFileSync(join(folder, name)).subarray(0, HEAD_BYTES)), name).to.equal(false);
  });

  it('survive damage with a reason, or are read', async () => {
    const { cases, accepted, refused: reasons } = await fuzzDecoder(scp, scpSeeds(), { cases: 3_000, seed: 1 });
    expect(cases).to.equal(3_000);
    expect(accepted).to.be.greaterThan(10);
    expect(reasons.syntax).to.be.greaterThan(100);
  });

  it('survive damage whose checksums are right', async () => {
    // Damage alone rarely gets past the checksums, so they are calculated again before each case is decoded.
    const sealing = { ...scp, decode: sealed };
    const { accepted, refused: reasons } = await fuzzDecoder(sealing, scpSeeds(), { cases: 3_000, seed: 2 });
    expect(accepted).to.be.greaterThan(100);
    expect(reasons.content).to.be.greaterThan(100);
  });
});

const sealed: typeof decodeScp = async function* (files, limits) {
  const chunks: Buffer[] = [];
  for await (const chunk of files.main.bytes) chunks.push(Buffer.from(chunk));
  yield* decodeScp(uploadOf({ a: resealed(Buffer.concat(chunks)) }, 'a'), limits);
};
