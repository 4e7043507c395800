/** Samples, scales and names of channels, as the DICOM decoder reads them. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { decodeDicom } from '../../../../src/formats/dicom/decode.ts';
import { dicom } from '../../../../src/formats/dicom/index.ts';
import { dicomFile, ecgElements, SAMPLE_KINDS, type TestGroup, type TestKind } from '../../../support/dicom.ts';
import { LIMITS } from '../../../support/formats.ts';
import { uniform } from '../../../support/signals.ts';
import { decode, group, one } from './reading.ts';

const named = async (...channels: TestGroup['channels']): Promise<string[]> =>
  (await one({ channels, values: channels.map(() => [1, 2]) })).recording.channels.map(({ name }) => name);

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
            padding: fc.option(fc.constantFrom(lowest, highest), { nil: undefined }),
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

    it('of a deflated data set with bytes after its end, such as the one that makes its length even', async () => {
      const values = [Array.from({ length: 200_000 }, (_, at) => (at * at) % 991)];
      const file = dicomFile(ecgElements([group({ values })]), { syntax: 'deflated' });
      for (const after of [1, 300_000]) {
        const [found] = await decode(Buffer.concat([file, Buffer.alloc(after)]));
        expect(found?.digits.map((channel) => Array.from(channel))).to.deep.equal(values);
      }
    });

    it('of a deflated data set no further than they are wanted, or than the file could be received', async () => {
      const random = uniform(1);
      const values = [Array.from({ length: 1_000_000 }, () => Math.floor(500 * random()))];
      const file = dicomFile(ecgElements([group({ values })]), { syntax: 'deflated' });
      let taken = 0;
      const failure = new Error('the client has gone');
      async function* received(most: number): AsyncGenerator<Uint8Array, void, void> {
        for (taken = 0; taken < file.length; taken += 10_000) {
          if (taken > most) throw failure;
          yield file.subarray(taken, taken + 10_000);
        }
      }
      const read = async (most: number, runs: number): Promise<void> => {
        const main = { name: 'a.dcm', bytes: received(most) };
        for await (const { kind } of decodeDicom({ main, open: async () => null }, LIMITS))
          if (kind === 'samples' && --runs === 0) return;
      };
      expect(await read(file.length / 2, Infinity).catch((error: unknown) => error)).to.equal(failure);
      await read(file.length, 1);
      expect(taken).to.be.below(file.length / 2);
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
