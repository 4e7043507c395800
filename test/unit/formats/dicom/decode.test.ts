/** What the DICOM decoder reads from files, and what it refuses. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { dicom } from '../../../../src/formats/dicom/index.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import { type DecodedWhole, decodeFiles, LIMITS } from '../../../support/formats.ts';
import {
  dicomFile,
  ecgElements,
  SAMPLE_KINDS,
  type TestElement,
  type TestGroup,
  type TestKind,
  type Writing,
} from '../../../support/dicom.ts';

const decode = async (file: Uint8Array, seed = 1, limits = LIMITS): Promise<DecodedWhole[]> =>
  decodeFiles(dicom.decode!, { 'a.dcm': file }, 'a.dcm', seed, limits);
const EXPLICIT: Writing = { syntax: 'explicit' };

const group = (changes: Partial<TestGroup> = {}): TestGroup => ({
  kind: 'SS',
  channels: [{ label: 'I' }],
  values: [[1, -2, 3]],
  ...changes,
});
const fileOf = (groups: readonly TestGroup[], more: readonly TestElement[] = []): Buffer =>
  dicomFile(ecgElements(groups, more), EXPLICIT);

async function one(changes: Partial<TestGroup> = {}, more: readonly TestElement[] = []): Promise<DecodedWhole> {
  const found = await decode(fileOf([group(changes)], more));
  expect(found).to.have.length(1);
  return found[0]!;
}

async function refusal(file: Uint8Array, limits = LIMITS): Promise<FormatError> {
  try {
    await decode(file, 1, limits);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const named = async (...channels: TestGroup['channels']): Promise<string[]> =>
  (await one({ channels, values: channels.map(() => [1, 2]) })).recording.channels.map(({ name }) => name);
const subjectOf = async (more: readonly TestElement[]): Promise<DecodedWhole['recording']['subject']> =>
  (await one({}, more)).recording.subject;
const dateOf = async (more: readonly TestElement[]): Promise<string | null> => (await one({}, more)).recording.date;
const nameIn = async (term: string, bytes: Buffer): Promise<string | null | undefined> =>
  (
    await subjectOf([
      [0x00080005, 'CS', term],
      [0x00100010, 'PN', bytes],
    ])
  )?.patientName;
const concept = (value: string, meaning: string): TestElement => [
  0x0040a043,
  'SQ',
  [
    [
      [0x00080100, 'SH', value],
      [0x00080102, 'SH', 'SCPECG'],
      [0x00080104, 'LO', meaning],
    ],
  ],
];
const channelsOf = (channels: readonly number[]): TestElement => [0x0040a0b0, 'US', channels];
const annotated = async (...items: TestElement[][]): Promise<DecodedWhole[]> =>
  decode(
    fileOf(
      [
        group({
          channels: [{}, {}],
          values: [
            [1, 2],
            [3, 4],
          ],
        }),
        group(),
      ],
      [[0x0040b020, 'SQ', items]],
    ),
  );

describe('the DICOM decoder', () => {
  describe('reads samples', () => {
    it('of every kind, in every transfer syntax, with or without lengths, preamble and meta group', async () => {
      const writing = fc.record({
        syntax: fc.constantFrom('implicit', 'explicit', 'big-endian', 'deflated'),
        undefinedLengths: fc.boolean(),
        preamble: fc.boolean(),
        meta: fc.boolean(),
      });
      const groups = fc.array(
        fc.constantFrom(...(Object.keys(SAMPLE_KINDS) as TestKind[])).chain((kind) => {
          const { lowest, highest } = SAMPLE_KINDS[kind];
          const value = fc.oneof(
            fc.integer({ min: Math.max(lowest, -2147483648), max: Math.min(highest, 2147483647) }),
            fc.constantFrom(lowest, highest),
          );
          return fc.record({
            kind: fc.constant(kind),
            padding: fc.option(value, { nil: undefined }),
            values: fc
              .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 }))
              .chain(([channels, samples]) =>
                fc.array(fc.array(value, { minLength: samples, maxLength: samples }), {
                  minLength: channels,
                  maxLength: channels,
                }),
              ),
          });
        }),
        { minLength: 1, maxLength: 3 },
      );
      await fc.assert(
        fc.asyncProperty(groups, writing, fc.integer({ min: 1, max: 1e6 }), async (given, how, seed) => {
          // Deflated data sets must be declared.
          const file = dicomFile(
            ecgElements(
              given.map(({ kind, padding, values }) => ({
                kind,
                values,
                channels: values.map((_, i) => ({ label: `channel ${i}` })),
                ...(padding === undefined ? {} : { padding }),
              })),
            ),
            how.syntax === 'deflated' ? { ...how, meta: true } : how,
          );
          expect(dicom.recognises(file.subarray(0, 4096))).to.equal(true);
          const found = await decode(file, seed);
          expect(found.map(({ digits }) => digits.map((channel) => Array.from(channel)))).to.deep.equal(
            given.map(({ values, padding }) =>
              values.map((channel) => channel.map((value) => (value === padding ? NaN : value))),
            ),
          );
        }),
        { numRuns: 300, seed: 5 },
      );
    });

    it('longer than the block that is deinterleaved at once', async () => {
      const values = [0, 1, 2].map((channel) =>
        Array.from({ length: 50_000 }, (_, at) => ((at * 7 + channel * 13) % 4001) - 2000),
      );
      const { digits } = await one({ channels: [{}, {}, {}], values });
      expect(digits.map((channel) => Array.from(channel))).to.deep.equal(values);
    });

    it('whose lowest value is not missing if there is no padding value', async () => {
      expect(Array.from((await one({ values: [[-32768, 5]] })).digits[0]!)).to.deep.equal([-32768, 5]);
      expect(Array.from((await one({ values: [[-32768, 5]], padding: -32768 })).digits[0]!)).to.deep.equal([NaN, 5]);
    });

    it('and warns of bytes after the declared ones', async () => {
      const { digits, recording } = await one({ values: [[1, 2, 3, 4]], declare: { samples: 2 } });
      expect(Array.from(digits[0]!)).to.deep.equal([1, 2]);
      expect(recording.warnings).to.deep.equal(['4 bytes after the declared samples were not kept.']);
    });
  });

  describe('reads scales', () => {
    it('as gain and zero level, so that physical zero is exact', async () => {
      const { recording } = await one({
        channels: [{ label: 'II', sensitivity: '0.005', unit: 'mV', baseline: '-5.12' }],
      });
      expect(recording.channels).to.deep.equal([
        { name: 'II', samplingRate: 500, unit: 'mV', gain: 200, zeroLevel: 1024 },
      ]);
    });

    it('with the correction factor', async () => {
      const { recording } = await one({
        channels: [{ sensitivity: '1.25', correction: '2', unit: 'uV', baseline: '10' }],
      });
      expect(recording.channels[0]).to.include({ gain: 0.4, zeroLevel: -4 });
    });

    it('that decimals of 16 characters cannot express exactly', async () => {
      const { recording } = await one({
        channels: [{ sensitivity: '0.00333333333333', unit: 'mV', baseline: '-3.4133333333333' }],
      });
      expect(recording.channels[0]).to.include({ gain: 300, zeroLevel: 1024 });
    });

    it('and leaves them unknown without a sensitivity', async () => {
      expect((await one()).recording.channels[0]).to.deep.equal({
        name: 'I',
        samplingRate: 500,
        unit: null,
        gain: null,
        zeroLevel: null,
      });
    });

    it('and warns of time shifts', async () => {
      const { recording } = await one({
        channels: [
          {
            label: 'I',
            more: [
              [0x003a0215, 'DS', '2'],
              [0x003a0218, 'DS', '0.5'],
            ],
          },
        ],
      });
      expect(recording.warnings).to.have.length(2);
      expect(recording.warnings[0]).to.include('2 samples (sample skew)');
    });
  });

  describe('names channels', () => {
    it('by the lead that the code of their source stands for', async () => {
      expect(
        await named(
          { code: ['5.6.3-9-61', 'SCPECG', '?'] },
          { code: ['2:62', 'MDC', '?'] },
          { code: ['MDC_ECG_LEAD_AVL', 'MDC', '?'] },
          { code: ['131075', 'MDC', '?'] },
          { code: ['2:9', 'MDC', '?'] },
        ),
      ).to.deep.equal(['III', 'aVR', 'aVL', 'V1', 'V7']);
    });

    it('as the device does, if that is the same lead or not a lead', async () => {
      expect(
        await named(
          { code: ['2:2', 'MDC', 'Lead II'], label: 'MLII' },
          { code: ['2:2', 'MDC', '?'], label: 'CH 2' },
          { code: ['2:0', 'MDC', 'Unspecified lead'], label: 'ECG3' },
          { code: ['x', '99X', 'Sternum'] },
          {},
        ),
      ).to.deep.equal(['MLII', 'II', 'ECG3', 'Sternum', 'Channel 5']);
    });

    it('uniquely if two have the same name', async () => {
      expect(await named({ label: 'II' }, { label: 'II' })).to.deep.equal(['II', 'II#2']);
    });
  });

  describe('reads of the recording', () => {
    it('the date with its zone, from the best source', async () => {
      expect(await dateOf([[0x0008002a, 'DT', '20260115093000.25+0130']])).to.equal('2026-01-15T09:30:00.25+01:30');
      expect(
        await dateOf([
          [0x0008002a, 'DT', '20260115093000'],
          [0x00080201, 'SH', '-0300'],
        ]),
      ).to.equal('2026-01-15T09:30:00-03:00');
      expect(
        await dateOf([
          [0x0008002a, 'DT', ''],
          [0x00080020, 'DA', '20260115'],
          [0x00080030, 'TM', '0930'],
        ]),
      ).to.equal('2026-01-15T09:30:00');
      expect(
        await dateOf([
          [0x0008002a, 'DT', ''],
          [0x00080020, 'DA', '20260230'],
        ]),
      ).to.equal(null);
    });

    it('the date of a group, with its time offset', async () => {
      const [, second] = await decode(fileOf([group(), group({ more: [[0x00181068, 'DS', '2500']] })]));
      expect(second!.recording.date).to.equal('2026-01-15T09:30:02.500');
    });

    it('the subject', async () => {
      expect(
        await subjectOf([
          [0x00100010, 'PN', 'Doe^Jane^Q^Dr'],
          [0x00100020, 'LO', ' 4711 '],
          [0x00100030, 'DA', '19710123'],
          [0x00100040, 'CS', 'F'],
          [0x0020000d, 'UI', '1.2.3'],
        ]),
      ).to.deep.equal({
        patientId: '4711',
        patientName: 'Dr Jane Q Doe',
        birthDate: '1971-01-23',
        sex: 'female',
        studyId: '1.2.3',
      });
      expect(await subjectOf([])).to.equal(null);
    });

    it('text in the character set that it names', async () => {
      expect(await nameIn('ISO_IR 100', Buffer.from('Müller^Zoë', 'latin1'))).to.equal('Zoë Müller');
      expect(await nameIn('ISO_IR 192', Buffer.from('Müller^Łucja'))).to.equal('Łucja Müller');
      expect(await nameIn('ISO_IR 144', Buffer.from([0xbb, 0xee, 0xda]))).to.equal('Люк');
      expect(
        await nameIn('\\ISO 2022 IR 87', Buffer.from('Yamada^Tarou=\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B')),
      ).to.equal('Tarou Yamada');
      expect(await nameIn('', Buffer.from('Doe^Jane'))).to.equal('Jane Doe');
    });

    it('each group as a recording of its own, with an id of its own', async () => {
      const found = await decode(fileOf([group({ label: 'RHYTHM' }), group({ label: 'MEDIAN BEAT' }), group()]));
      expect(found.map(({ recording }) => [recording.part, recording.externalId])).to.deep.equal([
        ['rhythm', '1.2.826.0.1.3680043.8.498.1'],
        ['median beat', '1.2.826.0.1.3680043.8.498.1#2'],
        ['group 3', '1.2.826.0.1.3680043.8.498.1#3'],
      ]);
      expect((await one({ label: 'RHYTHM' })).recording.part).to.equal(null);
    });
  });

  describe('reads annotations', () => {
    it('at samples, counted from 1, in order of time, with their group and channel', async () => {
      const [first, second] = await annotated(
        [concept('b', 'Later'), channelsOf([1, 0]), [0x0040a130, 'CS', 'POINT'], [0x0040a132, 'UL', [501]]],
        [
          concept('a', 'Earlier'),
          channelsOf([1, 2, 2, 1]),
          [0x0040a130, 'CS', 'MULTIPOINT'],
          [0x0040a132, 'UL', [1, 251]],
        ],
      );
      expect(first!.annotations).to.deep.equal([
        { at: 0, duration: null, channel: 1, code: 'a', text: 'Earlier' },
        { at: 0.5, duration: null, channel: 1, code: 'a', text: 'Earlier' },
        { at: 1, duration: null, channel: null, code: 'b', text: 'Later' },
      ]);
      expect(second!.annotations.map(({ at, channel }) => [at, channel])).to.deep.equal([
        [0, 0],
        [0.5, 0],
      ]);
    });

    it('at seconds and at dates, and intervals', async () => {
      const [first] = await annotated(
        [channelsOf([1, 0]), [0x0040a130, 'CS', 'SEGMENT'], [0x0040a138, 'DS', '1.5\\4'], [0x00700006, 'ST', 'noise']],
        [
          channelsOf([1, 0]),
          [0x0040a130, 'CS', 'POINT'],
          [0x0040a13a, 'DT', '20260115093002'],
          [0x00700006, 'ST', 'button'],
        ],
      );
      expect(first!.annotations).to.deep.equal([
        { at: 1.5, duration: 2.5, channel: null, code: null, text: 'noise' },
        { at: 2, duration: null, channel: null, code: null, text: 'button' },
      ]);
    });

    it('without a position as notes, if they concern the whole recording', async () => {
      const [first] = await annotated(
        [channelsOf([1, 0]), [0x00700006, 'ST', 'Sinus rhythm']],
        [
          concept('q', 'QT Interval'),
          [0x004008ea, 'SQ', [[[0x00080100, 'SH', 'ms']]]],
          channelsOf([1, 0]),
          [0x0040a30a, 'DS', '368'],
        ].toSorted(([a], [b]) => (a as number) - (b as number)) as TestElement[],
        [concept('x', 'P amplitude'), channelsOf([1, 2]), [0x0040a30a, 'DS', '3']],
      );
      expect(first!.recording.notes).to.equal('Sinus rhythm\nQT Interval: 368 ms');
      expect(first!.recording.warnings).to.deep.equal(['1 annotations without a time were not kept.']);
    });
  });

  describe('refuses', () => {
    const cases: [string, Partial<TestGroup>, RegExp][] = [
      [
        'more samples than there are bytes',
        { declare: { samples: 4_000_000_000 } },
        /8,000,000,000 bytes, but its waveform data has 6/,
      ],
      ['more channels than are defined', { declare: { channels: 2, samples: 1 } }, /2 channels defines 1/],
      ['more channels than can be kept', { declare: { channels: 60_000 } }, /1 to 256 are supported/],
      ['no channel', { declare: { channels: 0 } }, /0 channels/],
      ['no sample', { declare: { samples: 0 } }, /no samples/],
      ['companded sound', { declare: { interpretation: 'MB' } }, /µ-law/],
      [
        'an interpretation that does not exist',
        { declare: { interpretation: 'constructor' } },
        /is not supported; SB, UB, SS, US, SL, UL are/,
      ],
      ['bits that do not go with it', { declare: { bits: 8 } }, /16 bits, but 8 are allocated/],
      ['a rate of 0', { rate: '0' }, /0 Hz is not supported/],
      ['a rate that is not a number', { rate: 'fast' }, /must be a number, not "fast"/],
      [
        'a sensitivity of 0',
        { channels: [{ label: 'I', sensitivity: '0', unit: 'mV' }] },
        /must be a number other than 0/,
      ],
    ];
    for (const [what, changes, reason] of cases) {
      it(what, async () => {
        const error = await refusal(fileOf([group(changes)]));
        expect(error.kind).to.equal('content');
        expect(error.message).to.match(reason);
      });
    }

    it('a file that ends early, with the position', async () => {
      const file = fileOf([group({ values: [Array.from({ length: 100 }, (_, i) => i)] })]);
      const error = await refusal(file.subarray(0, file.length - 20));
      expect([error.kind, error.offset]).to.deep.equal(['syntax', file.length - 20]);
    });

    it('a value longer than its enclosing scope, before any memory is allocated', async () => {
      const file = fileOf([group()]);
      const at = file.indexOf(Buffer.from([0x3a, 0x00, 0x1a, 0x00]));
      file.writeUInt16LE(0xfff0, at + 6);
      expect((await refusal(file)).message).to.match(/\(003A,001A\) declares 65,520 bytes/);
    });

    it('other kinds of objects, and objects without waveforms', async () => {
      expect((await refusal(fileOf([group()], [[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2']]))).message).to.match(
        /is not an ECG/,
      );
      expect(
        (
          await refusal(
            dicomFile(
              [
                [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.9.1.1'],
                [0x00080060, 'CS', 'ECG'],
              ],
              EXPLICIT,
            ),
          )
        ).message,
      ).to.match(/no waveform/);
      expect((await refusal(fileOf([]))).message).to.match(/no waveform/);
    });

    it('elements out of order after the waveforms', async () => {
      const elements = ecgElements([group()]);
      expect((await refusal(dicomFile([...elements, [0x00100020, 'LO', '4711']], EXPLICIT))).message).to.match(
        /must be in ascending order/,
      );
    });

    it('sequences nested too deeply', async () => {
      let nested: TestElement[] = [];
      for (let depth = 0; depth < 40; depth++) nested = [[0x00091001, 'SQ', [nested]]];
      for (const syntax of ['implicit', 'explicit'] as const) {
        const error = await refusal(dicomFile(ecgElements([group()], nested), { syntax, undefinedLengths: true }));
        expect(error.message).to.match(/deeper than 32/);
      }
    });

    it('more values than may be held', async () => {
      const notes = Array.from({ length: 300 }, (): TestElement[] => [[0x00080104, 'LO', 'x'.repeat(60)]]);
      expect(
        (await refusal(fileOf([group()], [[0x0040a043, 'SQ', notes]]), { ...LIMITS, maxMetadataBytes: 10_000 }))
          .message,
      ).to.match(/more than 10,000 bytes/);
    });

    it('a deflated data set that is cut off, or that expands without bound', async () => {
      const file = dicomFile(
        ecgElements([group({ values: [Array.from({ length: 5_000 }, (_, i) => (i * i) % 991)] })]),
        { syntax: 'deflated' },
      );
      expect((await refusal(file.subarray(0, file.length - 500))).message).to.match(/damaged or cut off/);
      const bomb = dicomFile(
        [[0x00091001, 'OB', new Uint8Array(40_000_000)], ...ecgElements([group()]).filter(([tag]) => tag > 0x00091001)],
        { syntax: 'deflated' },
      );
      expect((await refusal(bomb)).message).to.match(/more than 200 times/);
    });
  });

  it('recognises its files and no others', () => {
    for (const text of [
      '{"leads":[]}',
      'time,I,II\n0,1,2',
      '0       X X',
      '100 2 360 650000',
      '<?xml version="1.0"?>',
      '',
      '\u0008',
    ])
      expect(dicom.recognises(Buffer.from(text.padEnd(300)))).to.equal(false);
  });
});
