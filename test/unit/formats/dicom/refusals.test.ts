/** DICOM files that are refused. */
import { expect } from 'chai';
import type { FormatError } from '../../../../src/formats/types.ts';
import { LIMITS, refusalOf } from '../../../support/formats.ts';
import { dicomFile, ecgElements, type TestElement, type TestGroup } from '../../../support/dicom.ts';
import { decode, EXPLICIT, group, fileOf } from './reading.ts';

const refusal = async (file: Uint8Array, limits = LIMITS): Promise<FormatError> => refusalOf(decode(file, 1, limits));

const double = (value: number): Uint8Array => new Uint8Array(Float64Array.of(value).buffer);
/** A file with one item of annotations. */
const marks = (...elements: TestElement[]): Buffer =>
  dicomFile(ecgElements([group()], [[0x0040b020, 'SQ', [elements]]]), { syntax: 'implicit' });

describe('the DICOM decoder', () => {
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

    it('numbers in binary that are infinite or none, and counts that are not whole', async () => {
      for (const value of [NaN, Infinity]) {
        const mark: TestElement = [0x0040b020, 'SQ', [[[0x0040a138, 'FD', double(value)]]]];
        expect((await refusal(fileOf([group()], [mark]))).message).to.equal(
          `referencedTimeOffsets (0040,A138) must be a number, not "${value}".`,
        );
      }
      const elements = ecgElements([group()]);
      const inGroup = elements.find(([tag]) => tag === 0x54000100)![2] as TestElement[][];
      const halved = inGroup[0]!.map((element): TestElement =>
        element[0] === 0x003a0010 ? [0x003a0010, 'FD', double(2.5)] : element,
      );
      const file = dicomFile(
        elements.map((element): TestElement => (element[0] === 0x54000100 ? [element[0], 'SQ', [halved]] : element)),
        EXPLICIT,
      );
      expect((await refusal(file)).message).to.match(/2.5 samples, no whole number/);
    });

    it('a small file whose annotations would fill the memory', async () => {
      const positions = Array.from({ length: 5_000 }, (_, at) => at + 1);
      const often = Array.from({ length: 10_000 }, () => 1);
      const many = marks([0x0040a0b0, 'US', often], [0x0040a132, 'UL', positions]);
      expect((await refusal(many)).message).to.match(/more than 500,000 annotations.*Send it with fewer/);
      const long = marks([0x0040a132, 'UL', positions], [0x00700006, 'ST', 'x'.repeat(2_000)]);
      expect((await refusal(long)).message).to.match(/8,388,608 bytes of their texts/);
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
});
