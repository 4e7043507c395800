/** Marks in EDF+ files: which are kept, and which are counted. */
import { expect } from 'chai';
import { MAX_ANNOTATION_BYTES } from '../../../../src/formats/edf/annotations.ts';
import type { DecodedWhole } from '../../../support/formats.ts';
import { digits, ONE, read } from './reading.ts';
import { timed } from './support.ts';

describe('EDF+ and BDF+ annotations', () => {
  it('are in order of time, from the first sample, with duration and channel', async () => {
    const { annotations, recording } = await read({
      reserved: 'EDF+C',
      signals: [
        { label: 'ECG V2', records: [[1], [2]] },
        {
          records: [
            timed(0.5, '+2\x14late\x14', '-1\x153\x14early\x14again\x14'),
            timed(1.5, '+1\x14P wave@@ECG V2\x14', '+1.25\x14mail@@home\x14', 'rubbish'),
          ],
        },
      ],
    });
    expect(annotations).to.deep.equal([
      { at: -1.5, duration: 3, channel: null, code: null, text: 'early' },
      { at: -1.5, duration: 3, channel: null, code: null, text: 'again' },
      { at: 0.5, duration: null, channel: 0, code: null, text: 'P wave' },
      { at: 0.75, duration: null, channel: null, code: null, text: 'mail@@home' },
      { at: 1.5, duration: null, channel: null, code: null, text: 'late' },
    ]);
    expect(recording.channels.map((channel) => channel.name)).to.deep.equal(['ECG V2']);
    expect(recording.warnings).to.deep.equal(['1 unreadable annotation entries were not kept.']);
    expect(recording.date).to.equal('2026-01-15T09:30:00.5');
  });

  it('are kept up to a number of bytes of text, and counted beyond that', async () => {
    const each = MAX_ANNOTATION_BYTES / 16;
    const whole = async (last: number): Promise<DecodedWhole> =>
      read({
        reserved: 'EDF+C',
        signals: [
          { records: Array.from({ length: 16 }, () => [1]) },
          {
            records: Array.from({ length: 16 }, (_, at) =>
              timed(at, `+${at}\x14${'x'.repeat(at < 15 ? each : last)}\x14`),
            ),
          },
        ],
      });
    expect((await whole(each)).annotations).to.have.length(16);
    const { annotations, recording } = await whole(each + 1);
    expect(annotations).to.have.length(15);
    expect(recording.warnings).to.have.length(1);
  });

  it('are counted instead of kept if something follows a time', async () => {
    const { annotations, recording } = await read({
      reserved: 'EDF+C',
      signals: [ONE, { records: [timed(0, '+1x\x14odd\x14', '+1\x152y\x14odd\x14', '+1', '+2\x14good\x14')] }],
    });
    expect(annotations.map(({ text }) => text)).to.deep.equal(['good']);
    expect(recording.warnings).to.deep.equal(['3 unreadable annotation entries were not kept.']);
  });

  it('have times and durations up to the limit, and none beyond it', async () => {
    const { annotations, recording } = await read({
      reserved: 'EDF+C',
      signals: [
        ONE,
        {
          records: [
            timed(
              0,
              '+1000000000\x151000000000\x14last\x14',
              '+1\x151000000001\x14long\x14',
              '+1000000001\x14late\x14',
            ),
          ],
        },
      ],
    });
    expect(annotations.map(({ at, duration, text }) => [at, duration, text])).to.deep.equal([
      [1, null, 'long'],
      [1e9, 1e9, 'last'],
    ]);
    expect(recording.warnings).to.have.length(1);
  });

  it('may be off where the times of records drift from the sampling rate, which is told', async () => {
    const samples = Array.from({ length: 100 }, (_, i) => i);
    const drifting = (reserved: string, step: number) => {
      const times = Array.from({ length: 20 }, (_, record) => timed((record * step).toFixed(3)));
      return read({ reserved, signals: [{ records: times.map(() => samples) }, { records: times }] });
    };
    for (const reserved of ['EDF+C', 'EDF+D']) {
      const { recording, digits: found } = await drifting(reserved, 1.005);
      expect(found[0]!.length, 'no sample is invented').to.equal(2_000);
      expect(recording.warnings.join()).to.match(/times of the records differ .* by up to 0\.095 s/);
      expect((await drifting(reserved, 1.0004)).recording.warnings, 'within one sample').to.deep.equal([]);
    }
  });

  it('are yielded in runs', async () => {
    const list = Array.from({ length: 2500 }, (_, at) => `+${at}\x14beat ${at}\x14`);
    expect(
      (await read({ reserved: 'EDF+C', signals: [ONE, { records: [timed(0, ...list)] }] })).annotations,
    ).to.have.length(2500);
  });

  it('in several annotation signals take the time from the first', async () => {
    const whole = await read(
      {
        reserved: 'BDF+D',
        signals: [
          { records: [timed(1), timed(3)] },
          {
            records: [
              [1, 2],
              [3, 4],
            ],
          },
          { records: ['+1\x14a\x14\0', '+3\x14b\x14\0'] },
        ],
      },
      3,
    );
    expect(digits(whole)).to.deep.equal([[1, 2, NaN, NaN, 3, 4]]);
    expect(whole.annotations.map(({ at, text }) => [at, text])).to.deep.equal([
      [0, 'a'],
      [2, 'b'],
    ]);
  });
});
