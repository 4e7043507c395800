/** DICOM files that are refused. */
import { expect } from 'chai';
import type { FormatError } from '../../../../src/formats/types.ts';
import { LIMITS, refusalOf } from '../../../support/formats.ts';
import { dicomFile, ecgElements, type TestElement, type TestGroup } from '../../../support/dicom.ts';
import { decode, EXPLICIT, group, fileOf } from './reading.ts';

const refusal = async (file: Uint8Array, limits = LIMITS): Promise<FormatError> => refusalOf(decode(file, 1, limits));

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
