/** What a WFDB header cannot express survives a round trip, and other readers are told what does not. */
import { expect } from 'chai';
import { decodeWfdb } from '../../../../src/formats/wfdb/decode.ts';
import { encodeWfdb } from '../../../../src/formats/wfdb/encode.ts';
import { wfdbLosses } from '../../../../src/formats/wfdb/losses.ts';
import { type ChannelToWrite, decodeFiles, encodeFiles, writable } from '../../../support/formats.ts';

const ID = '665f1c2ab7e4d1a2c3b4d5e6';

async function written(...channels: Partial<ChannelToWrite>[]) {
  const files = await encodeFiles(encodeWfdb, writable(channels.map((channel) => ({ values: [1, 2], ...channel }))));
  const header = Buffer.from(files[`${ID}.hea`]!).toString('utf8');
  const [read] = await decodeFiles(decodeWfdb, files, `${ID}.hea`);
  return { header, signals: header.split('\n').slice(1, channels.length + 1), channels: read!.recording.channels };
}

describe('the WFDB encoder', () => {
  it('keeps resolution and zero of the converter', async () => {
    const converter = { resolution: 11, zero: 1024 };
    const { signals, channels } = await written({ converter, zeroLevel: 1000 });
    expect(signals[0]).to.match(/ 1000\(1000\)\/mV 11 1024 1 /);
    expect(channels[0]!.converter).to.deep.equal(converter);
  });

  it('writes distinct names in ASCII, and the exact ones in comments', async () => {
    const names = ['Brustwand Vä', 'Brustwand Va', 'Brustwand Vå', '胸', '脚'];
    const { signals, channels } = await written(...names.map((name) => ({ name })));
    const descriptions = signals.map((line) => line.split(' ').slice(8).join(' '));
    expect(descriptions).to.deep.equal(['Brustwand Va#2', 'Brustwand Va', 'Brustwand Va#3', '?', '?#2']);
    expect(channels.map(({ name }) => name)).to.deep.equal(names);
  });

  it('writes no comments on names that ASCII can express', async () => {
    expect((await written({ name: 'Lead II' })).header).not.to.include('#');
  });

  it('reads a name in a comment only as long as the signal line has the same name', async () => {
    const files = await encodeFiles(encodeWfdb, writable([{ name: 'Vä', values: [1, 2] }]));
    const renamed = Buffer.from(files[`${ID}.hea`]!).toString().replace(' Va\n', ' II\n');
    const [read] = await decodeFiles(decodeWfdb, { ...files, [`${ID}.hea`]: Buffer.from(renamed) }, `${ID}.hea`);
    expect(read!.recording.channels[0]!.name).to.equal('II');
  });

  it('tells by how much a rounded zero level shifts the values for other readers', () => {
    const { recording } = writable([
      { name: 'I', values: [1], zeroLevel: -0.5, gain: 200 },
      { name: 'II', values: [1], zeroLevel: 3 },
    ]);
    expect(wfdbLosses(recording)).to.deep.equal([
      'WFDB has whole baselines only, so that other programs read the physical values shifted: "I" by 0.5 stored ' +
        'units (0.0025 mV). The digits are unchanged, and comments of the header give the exact zero levels.',
    ]);
    expect(wfdbLosses({ ...recording, channels: recording.channels.slice(1) })).to.deep.equal([]);
  });

  it('tells which annotations are moved to a sample, and that durations are left out', () => {
    const mark = { channel: null, code: 'N', text: null };
    const annotations = [
      { ...mark, at: 0.008, duration: null },
      { ...mark, at: 0.01, duration: 0 },
      { ...mark, at: 0.021, duration: 0.1 },
    ];
    const { recording } = writable([{ values: [1, 2, 3, 4, 5, 6, 7], samplingRate: 250 }], { annotations });
    expect(wfdbLosses(recording)).to.deep.equal([
      'WFDB has annotations at samples only: 2 of 3 are moved to the nearest one, by at most 2 ms.',
      'WFDB annotations have no duration: that of 1 of 3 is left out.',
    ]);
    expect(wfdbLosses({ ...recording, annotations: annotations.slice(0, 1) })).to.deep.equal([]);
  });
});
