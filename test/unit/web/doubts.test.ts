/** The doubts of the service in the words of the upload, each with the field that settles it. */
import { expect } from 'chai';
import { decodeCsv } from '../../../src/formats/csv/decode.ts';
import { assumptions } from '../../../src/ecgs/store/scale.ts';
import { doubtIn } from '../../../web/recordings/upload/doubts.ts';
import { enReading } from '../../../web/text/en-reading.ts';
import { ptReading } from '../../../web/text/pt-reading.ts';
import { decodeFiles, LIMITS, refusalOf } from '../../support/formats.ts';

const rows = (write: (i: number) => string): string => Array.from({ length: 12 }, (_, i) => `${write(i)}\n`).join('');
const read = async (text: string, columns?: ['s', 'channel', 'skip']) =>
  decodeFiles(decodeCsv, { a: Buffer.from(text) }, 'a', 1, { ...LIMITS, table: { columns } });
const warnings = async (text: string): Promise<string[]> => (await read(text))[0]!.recording.warnings;
const refusal = async (text: string, columns?: ['s', 'channel', 'skip']): Promise<string[]> => [
  (await refusalOf(read(text, columns))).message,
];

/** Tables that are read with a doubt or refused, by what is doubted. */
const TABLES: Readonly<Record<string, () => Promise<string[]>>> = {
  commasAsDecimals: async () => [
    ...(await warnings('1,728\n63,709\n45,045\n')),
    ...(await warnings('unit,mV\n0,1\n1,2\n2,3\n')),
  ],
  commasAsCells: async () => warnings('512,513\n514,515\n516,517\n'),
  commasAsBoth: async () => warnings('1,02,3,45\n2,03,1,05\n'),
  mixedSigns: async () => refusal('I;II\n1,5;2\n1.5;3\n'),
  evenColumn: async () => warnings(`x,I\n${rows((i) => `${i * 4},${i % 5}`)}`),
  timeWithoutUnit: async () => warnings(`time,I\n${rows((i) => `${i * 4},${i % 5}`)}`),
  unevenTimes: async () => refusal(`time (s),I\n${rows((i) => `${i === 7 ? 6.5 : i},${i % 5}`)}`),
  standingTimes: async () => refusal(`time (s),I\n${rows((i) => `${12 - i},${i % 5}`)}`),
  noTime: async () => refusal('time (s),I\n0,1\n1,2\nx,3\n'),
  noNumber: async () => refusal('I,II\n1,2\n3,abc\n'),
  onlyTimes: async () => refusal('time (s)\n0\n1\n2\n'),
  tooManySaid: async () => refusal(`x,I\n${rows((i) => `${i * 4},${i % 5}`)}`, ['s', 'channel', 'skip']),
  packetTimes: async () => warnings(`time,I\n${rows((i) => `08:15:3${Math.floor(i / 4)},${i}`)}`),
  intervals: async () => warnings(rows((i) => String(800 + (i % 3) * 15))),
  noRate: async () => assumptions([{ name: 'I', samplingRate: null, unit: 'mV', calibrated: true }]),
  noUnit: async () => assumptions([{ name: 'I', samplingRate: 250, unit: null, calibrated: false }]),
  noGain: async () => assumptions([{ name: 'I', samplingRate: 250, unit: 'mV', calibrated: false }]),
};

describe('A doubt of the service', () => {
  for (const [key, messages] of Object.entries(TABLES))
    it(`is told in both languages without names of parameters: ${key}`, async () => {
      const all = await messages();
      for (const texts of [enReading, ptReading]) {
        const doubts = all.map((message) => doubtIn(message, texts.doubts));
        expect(new Set(doubts.map((doubt) => doubt.key))).to.deep.equal(new Set([key]));
        expect(doubts[0]!.settling).to.be.a('string');
        expect(doubts[0]!.text).not.to.match(/decimal=|columns=|parameter|PATCH|undefined|samplingRate/);
      }
    });

  it('has a table in this test, whatever it is', () => {
    expect(Object.keys(TABLES).toSorted()).to.deep.equal(Object.keys(enReading.doubts).toSorted());
  });

  it('keeps the numbers and names of the service, and the part of the file before it', async () => {
    const [message = ''] = await TABLES['evenColumn']!();
    const doubt = doubtIn(`block 2: ${message}`, enReading.doubts);
    expect(doubt).to.include({ column: 1, settling: 'columns', isGrave: true });
    expect(doubt.text).to.match(/^block 2: Column 1 \("x"\) rises by equal steps/);
    expect(doubtIn((await TABLES['packetTimes']!())[0]!, ptReading.doubts).text).to.include('linhas 2 e 3');
  });

  it('without a field of its own stays in the words of the service', () => {
    const message = 'The digital lines O1 were not kept.';
    expect(doubtIn(message, ptReading.doubts)).to.deep.equal({
      key: null,
      text: message,
      settling: null,
      isGrave: false,
      column: null,
    });
  });
});
