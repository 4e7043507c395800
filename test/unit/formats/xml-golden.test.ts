/**
 * The GE MUSE and Philips decoders on real files, compared with independent readers: numpy for MUSE, sierraecg 0.4.0
 * for Philips (`golden-2.json`), and `sierraecg.read_file(path, include_repbeats=True)` for the representative beats.
 */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { muse } from '../../../src/formats/muse/index.ts';
import { philips } from '../../../src/formats/philips/index.ts';
import { summarize } from '../../../src/signal/summarize.ts';
import { type DecodedWhole, decodeFiles, digitsHash } from '../../support/formats.ts';
import { recordingsDir } from '../../support/recordings.ts';

interface Golden {
  file: string;
  channel: string;
  part?: string;
  samples: number;
  samplingRate: number;
  physicalPerDigit: number;
  unit: string;
  digitsSha256Int32LE: string;
  zeroCrossings: number;
}

const folder = recordingsDir();
const golden =
  folder === null
    ? []
    : (JSON.parse(readFileSync(join(folder, 'golden-2.json'), 'utf8')) as { channels: Golden[] }).channels;
const filesOf = (kind: string): string[] => [
  ...new Set(golden.map(({ file }) => file).filter((file) => file.startsWith(`${kind}/`))),
];
const PARTS: Readonly<Record<string, string>> = { Median: 'median beat', Rhythm: 'rhythm', 'first 10 s': 'rhythm' };

/** The digits of a lead in several recordings, one after the other. */
const joined = (wholes: readonly DecodedWhole[], channel: number): Float64Array =>
  Float64Array.from(wholes.flatMap(({ digits }) => [...digits[channel]!]));

for (const format of [muse, philips]) {
  for (const file of filesOf(format.id)) {
    describe(`the ${format.title} decoder on ${file}`, () => {
      let wholes: DecodedWhole[] = [];
      before(async () => {
        wholes = await decodeFiles(format.decode!, { a: readFileSync(join(folder!, file)) }, 'a');
      });

      for (const expected of golden.filter((one) => one.file === file)) {
        it(`reads ${expected.channel} of ${expected.part ?? 'the whole'}`, () => {
          // Without a part: rhythm and calibration pulse together.
          const part = expected.part === undefined ? null : PARTS[expected.part];
          const read = wholes.filter(({ recording }) =>
            part === null ? recording.part !== 'representative beat' : recording.part === part,
          );
          const number = read[0]!.recording.channels.findIndex(({ name }) => name === expected.channel);
          const { samplingRate, gain, unit, zeroLevel } = read[0]!.recording.channels[number]!;
          expect({ samplingRate, gain, unit, zeroLevel }).to.deep.equal({
            samplingRate: expected.samplingRate,
            gain: 1 / expected.physicalPerDigit,
            unit: expected.unit,
            zeroLevel: 0,
          });
          const digits = joined(read, number);
          expect(digits.length).to.equal(expected.samples);
          expect(digitsHash(digits)).to.equal(expected.digitsSha256Int32LE);
          expect(summarize(digits, 0).zeroCrossings).to.equal(expected.zeroCrossings);
        });
      }
    });
  }
}

describe('the Philips decoder, on a real file', () => {
  before(function () {
    if (folder === null) this.skip();
  });

  it('reads the representative beats as sierraecg does, without what fills them up', async () => {
    const wholes = await decodeFiles(
      philips.decode!,
      { a: readFileSync(join(folder!, 'philips/zzdemo-1-04.xml')) },
      'a',
    );
    expect(wholes.map(({ recording }) => recording.part)).to.deep.equal([
      'rhythm',
      'calibration pulse',
      'representative beat',
    ]);
    const { recording, digits } = wholes[2]!;
    expect(recording.channels.map(({ gain }) => gain)).to.deep.equal(Array(12).fill(0.4));
    expect(digits.map((lead) => lead.length)).to.deep.equal(Array(12).fill(600));
    const all = Int16Array.from(digits.flatMap((lead) => [...lead, ...Array<number>(600).fill(32_767)]));
    expect(createHash('sha256').update(all).digest('hex')).to.equal(
      '242f61910f6e2140a383c92a8faaf289d23aa998b49d9b8b707c946bdafb76b4',
    );
  });

  it('leaves crossings and extremes to the patient: no lead keeps the calibration pulse', async () => {
    for (const file of filesOf('philips')) {
      const [rhythm, pulse] = await decodeFiles(philips.decode!, { a: readFileSync(join(folder!, file)) }, 'a');
      expect(rhythm!.digits.every((lead) => lead.length === 5_000)).to.equal(true);
      // 1 mV at 5 uV a digit, for 200 ms.
      for (const lead of pulse!.digits)
        expect([...lead.subarray(349, 451)]).to.deep.equal([0, ...Array<number>(100).fill(200), 0]);
      expect([rhythm, pulse].flatMap((whole) => whole!.recording.warnings)).to.deep.equal([]);
    }
  });
});
