/** What the EDF decoder reads of files as real programs write them. */
import { expect } from 'chai';
import { edf } from '../../../../src/formats/edf/index.ts';
import { decodeFiles, type DecodedWhole } from '../../../support/formats.ts';
import { made, type MadeFile, type MadeSignal, timed } from './support.ts';

async function read(file: MadeFile): Promise<DecodedWhole> {
  const [whole] = await decodeFiles(edf.decode!, { a: made(file) }, 'a');
  return whole!;
}

const one: MadeSignal = {
  label: 'I',
  records: [
    [1, 2],
    [3, 4],
  ],
};

describe('EDF files of other programs', () => {
  it('have onsets and durations of any number of digits', async () => {
    const onsets = ['0.6000000000000001', '1.20000000000000000000000000001', '000000000000000000001.5', '.5', '1e-3'];
    const lists = onsets.map((onset, i) => `+${onset}\x15${onset}\x14${i}\x14`);
    const { annotations, recording } = await read({
      reserved: 'EDF+C',
      signals: [one, { records: [timed(0, ...lists), timed('1.0000000000000000')] }],
    });
    expect(annotations.map(({ at, duration, text }) => [Number(text), at, duration])).to.have.deep.members([
      [0, 0.6, 0.6000000000000001],
      [1, 1.2, 1.2],
      [2, 1.5, 1.5],
      [3, 0.5, 0.5],
      [4, 0.001, 0.001],
    ]);
    expect(recording.warnings).to.deep.equal([]);
  });

  it('have no gap before a record whose time has all digits of a double', async () => {
    const times = [timed(0), timed('0.6000000000000001')];
    const { digits } = await read({ reserved: 'EDF+D', duration: '0.6', signals: [one, { records: times }] });
    expect([...digits[0]!]).to.deep.equal([1, 2, 3, 4]);
  });

  it('have a gap of a single sample', async () => {
    const { digits } = await read({ reserved: 'EDF+D', signals: [one, { records: [timed(0), timed('1.5')] }] });
    expect([...digits[0]!]).to.deep.equal([1, 2, NaN, 3, 4]);
  });

  it('lose a channel with equal digital limits, with a warning, if there are others', async () => {
    const flat: MadeSignal = {
      label: 'flat',
      digital: ['0', '0'],
      records: [
        [7, 7, 7],
        [7, 7, 7],
      ],
    };
    for (const signals of [
      [flat, one],
      [one, flat],
    ]) {
      const { recording, digits } = await read({ signals });
      expect(recording.channels.map(({ name }) => name)).to.deep.equal(['I']);
      expect([...digits[0]!]).to.deep.equal([1, 2, 3, 4]);
      expect(recording.warnings.join()).to.match(/"flat" was left out: its digital minimum and maximum are equal/);
    }
  });

  it('have Latin-1 also in the last byte of a label, or a character of UTF-8 that was cut there', async () => {
    const labels = [
      Buffer.from('EKG Brustwand Vä', 'latin1'),
      Buffer.from('EKG Brustwand Vü', 'latin1'),
      Buffer.from('EKG Brustwand Vä'),
      Buffer.from('EKG Brustwänd Vä').subarray(0, 16),
    ];
    const { recording } = await read({ signals: labels.map((label) => ({ ...one, label: label.subarray(0, 16) })) });
    expect(recording.channels.map(({ name }) => name)).to.deep.equal([
      'EKG Brustwand Vä',
      'EKG Brustwand Vü',
      'EKG Brustwand V',
      'EKG Brustwänd V',
    ]);
  });
});
