/** The ATC decoder: leads, beats as parts of their own, marks, the description, checksums and what it refuses. */
import { expect } from 'chai';
import { decodeAtc, MAX_FILE_BYTES } from '../../../../src/formats/atc/decode.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { type DecodedWhole, decodeFiles, LIMITS, refusalOf } from '../../../support/formats.ts';
import { atcFile, format, info, lead, type MadeBlock, type MadeFile, marks } from './files.ts';

const decoded = async (file: Uint8Array, limits = LIMITS): Promise<DecodedWhole[]> =>
  decodeFiles(decodeAtc, { a: file }, 'a', 1, limits);
const read = async (blocks: readonly MadeBlock[], more: Omit<MadeFile, 'blocks'> = {}): Promise<DecodedWhole> => {
  const [found] = await decoded(atcFile({ blocks, ...more }));
  return found!;
};
const refusal = async (blocks: readonly MadeBlock[], more: Omit<MadeFile, 'blocks'> = {}) => {
  const { kind, offset, message } = await refusalOf(decoded(atcFile({ blocks, ...more })));
  return { kind, offset, message };
};
const LEADS = ['ecg ', 'ecg2', 'ecg3', 'ecg4', 'ecg5', 'ecg6', 'ecg7', 'ecg8', 'ecg9', 'ecga', 'ecgb', 'ecgc'];
const NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const ONE = lead('ecg ', [995, 1055, -1024]);

const dated = async (date: string) => {
  const { recording } = await read([info({ date }), format(), ONE]);
  return [recording.date, recording.warnings.length];
};

describe('the ATC decoder', () => {
  it('reads the lead, the scale, the start, the id and the devices, but neither the phone nor its owner', async () => {
    const file = atcFile({ blocks: [info(), format({ flags: 0b0000_0110 }), ONE] });
    expect(formatOf(file)?.id).to.equal('atc');
    const [{ recording, digits, annotations }, ...more] = (await decoded(file)) as [DecodedWhole];
    expect([more, annotations, [...digits[0]!]]).to.deep.equal([[], [], [995, 1055, -1024]]);
    expect(recording).to.deep.equal({
      externalId: 'uuid-1',
      date: '2026-01-15T09:30:07.250-03:00',
      channels: [{ name: 'I', samplingRate: 300, unit: 'mV', gain: 2000, zeroLevel: 0 }],
      patient: null,
      study: null,
      notes: 'Recorder: triangle\nSoftware: Kardia 5.1\nPhone: Phone 4\nFilters: mains of 60 Hz, mains filter',
      subject: null,
      part: null,
      warnings: [],
    });
  });

  it('reads twelve leads in the standard order, whatever the order of the blocks', async () => {
    const blocks = LEADS.map((id, i) => lead(id, [i, -i]));
    for (const order of [blocks, blocks.toReversed()]) {
      const { recording, digits } = await read([...order, format()]);
      expect(recording.channels.map(({ name }) => name)).to.deep.equal(NAMES);
      expect(digits.map(([first]) => first)).to.deep.equal(NAMES.map((_, i) => i));
    }
  });

  it('makes parts of average and median beats, with ids of their own', async () => {
    const blocks = [lead('med2', [7]), lead('avg ', [5, 6]), marks(300, [300, 1]), ONE, info(), format()];
    const found = await decoded(atcFile({ blocks }));
    expect(
      found.map(({ recording: { part, externalId, channels } }) => [part, externalId, channels[0]!.name]),
    ).to.deep.equal([
      ['rhythm', 'uuid-1', 'I'],
      ['average beat', 'uuid-1#2', 'I'],
      ['median beat', 'uuid-1#3', 'II'],
    ]);
    expect(found.map(({ digits }) => digits[0]!.length)).to.deep.equal([3, 2, 1]);
    expect(found.map(({ annotations }) => annotations.length)).to.deep.equal([1, 0, 0]);
  });

  it('keeps the lowest value as a sample', async () => {
    expect([...(await read([format(), lead('ecg ', [-32768, 1])])).digits[0]!]).to.deep.equal([-32768, 1]);
  });

  it('reads long leads', async () => {
    const samples = Array.from({ length: 150_000 }, (_, i) => (i % 999) - 500);
    expect([...(await read([format(), lead('ecg ', samples)])).digits[0]!]).to.deep.equal(samples);
  });

  it('reads leads that a block of odd length has moved to an odd place', async () => {
    const odd = { id: 'pre ', data: new Uint8Array(3) };
    expect([...(await read([format(), odd, lead('ecg ', [258, -2])])).digits[0]!]).to.deep.equal([258, -2]);
  });

  it('reads marks in their own ticks, in order of time', async () => {
    const { annotations } = await read([format(), ONE, marks(1000, [500, 2], [250, 1], [750, 0], [800, 6], [900, 9])]);
    const told = annotations.map(({ at, code, text }) => [at, code, text]);
    expect(told).to.deep.equal([
      [0.25, 'N', null],
      [0.5, 'V', null],
      [0.75, 'Q', null],
      [0.8, '/', null],
      [0.9, null, 'beat type 9'],
    ]);
  });

  it('reads dates with both forms of a zone, and reports what is none', async () => {
    expect(await dated('2026-01-15T09:30:07-0700')).to.deep.equal(['2026-01-15T09:30:07-07:00', 0]);
    expect(await dated('2026-01-15T09:30:07.5Z')).to.deep.equal(['2026-01-15T09:30:07.5Z', 0]);
    expect(await dated('2026-01-15T09:30:07')).to.deep.equal(['2026-01-15T09:30:07', 0]);
    expect(await dated('')).to.deep.equal([null, 0]);
    for (const date of ['2026-02-30T09:30:07Z', '2026-01-15T25:30:07Z', 'yesterday', '2026-01-15T09:30:07+2000'])
      expect(await dated(date), date).to.deep.equal([null, 1]);
  });

  it('tells mains and filters, and reports the flag for the polarity', async () => {
    const { recording } = await read([format({ flags: 0b0111_1001 }), ONE]);
    expect(recording.notes).to.equal(
      'Filters: mains of 50 Hz, low-pass filter, baseline filter of 0.1 Hz, mains notch filter, enhanced filter',
    );
    expect(recording.warnings).to.deep.equal([
      'The flag for the polarity is set, whose meaning is not known: check the polarity of the leads.',
    ]);
  });

  it('reports blocks that it does not keep', async () => {
    const others = ['acc ', 'acc ', 'pre ', '\x01abc'].map((id) => ({ id, data: new Uint8Array(4) }));
    expect((await read([...others, format(), ONE])).recording.warnings).to.deep.equal([
      'The acceleration (block "acc ") was not kept: it is not an ECG.',
      'Blocks that are not known were not kept: "pre ", "\\u0001abc".',
    ]);
  });

  it('reads other versions with a warning, and reports a missing rate or resolution', async () => {
    for (const version of [2, 3, 4]) expect((await read([format(), ONE], { version })).recording.warnings).to.be.empty;
    expect((await read([format(), ONE], { version: 6 })).recording.warnings).to.deep.equal([
      'The file has version 6; it was read as version 5.',
    ]);
    const { channels, warnings } = (await read([format({ rate: 0, resolution: 0 }), ONE])).recording;
    expect(channels).to.deep.equal([{ name: 'I', samplingRate: null, unit: null, gain: null, zeroLevel: 0 }]);
    expect(warnings).to.have.length(2);
  });

  it('accepts the sum of bytes and the CRC-32 as checksums, and refuses others', async () => {
    for (const checksum of ['sum', 'crc32'] as const)
      expect((await read([format(), { ...ONE, checksum }])).digits[0]).to.have.length(3);
    const { kind, offset, message } = await refusal([format(), { ...ONE, checksum: 'wrong' }]);
    expect([kind, offset]).to.deep.equal(['content', 32]);
    expect(message).to.match(/^The block "ecg " is damaged: its checksum is \d+, but the sum of its bytes is \d+\.$/);
  });

  describe('refuses', () => {
    it('files that end inside a block', async () => {
      const whole = atcFile({ blocks: [format(), ONE] });
      for (const length of [33, 39, 45, whole.length - 1])
        expect(await refusalOf(decoded(whole.subarray(0, length)))).to.include({ kind: 'syntax', offset: length });
      expect((await refusalOf(decoded(whole.subarray(0, 11)))).kind).to.equal('syntax');
      expect((await refusal([format(), ONE], { tail: Uint8Array.of(0, 0) })).kind).to.equal('syntax');
    });

    it('files without an ECG or its format, and blocks that come twice', async () => {
      expect((await refusal([format(), lead('avg ', [1])])).message).to.match(/no ECG/);
      expect((await refusal([ONE])).message).to.match(/no block "fmt "/);
      expect((await refusal([format(), ONE, ONE])).message).to.match(/^The file has a second block "ecg ", at byte 50/);
    });

    it('blocks of impossible length or content', async () => {
      expect((await refusal([{ ...format(), data: new Uint8Array(7) }, ONE])).message).to.match(/7 bytes/);
      expect((await refusal([format({ kind: 2 }), ONE])).message).to.match(/format 2/);
      expect((await refusal([format(), { id: 'ecg ', data: new Uint8Array(3) }])).message).to.match(/3 bytes/);
      expect((await refusal([format(), lead('ecg ', [])])).message).to.match(/0 bytes/);
      expect((await refusal([format(), ONE, { id: 'ann ', data: new Uint8Array(9) }])).message).to.match(/9 bytes/);
      expect((await refusal([format(), ONE, marks(0, [1, 1])])).message).to.match(/0 ticks/);
    });

    it('more leads or bytes than the limits', async () => {
      const blocks = [format(), lead('ecg ', [1]), lead('ecg2', [1])];
      const { message } = await refusalOf(decoded(atcFile({ blocks }), { ...LIMITS, maxChannels: 1 }));
      expect(message).to.include('MAX_CHANNELS');
      const tooLong = await refusalOf(
        decodeFiles(decodeAtc, { a: new Uint8Array(MAX_FILE_BYTES + 1) }, 'a', 1, LIMITS),
      );
      expect(tooLong.message).to.equal('The file is longer than 33,554,432 bytes.');
    });
  });
});
