/**
 * EDF and BDF files that end too early or contain false values: refused before memory is allocated, and only beyond the
 * bounds.
 */
import { expect } from 'chai';
import { digits, ONE, read, refusal, scale } from './reading.ts';
import { made, type MadeFile, timed } from './support.ts';

/** A signal whose physical zero is far from its digits. */
const far = (highest: string): MadeFile => ({
  signals: [{ ...ONE, physical: ['100000.0', '100000.1'], digital: ['0', highest] }],
});

describe('EDF and BDF files', () => {
  describe('with a wrong end', () => {
    const three = {
      signals: [
        {
          label: 'I',
          records: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        },
        {
          label: 'II',
          records: [
            [7, 8],
            [9, 10],
            [11, 12],
          ],
        },
      ],
    };

    it('are read to the end if the number of records was unknown', async () => {
      expect(digits(await read({ ...three, count: '-1' }))[0]).to.have.length(6);
    });

    it('then lose an incomplete record, with a warning', async () => {
      for (const cut of [1, 2, 3, 4, 5, 7]) {
        const bytes = made({ ...three, count: '-1' });
        const whole = await read(bytes.slice(0, bytes.length - cut));
        expect(digits(whole)).to.deep.equal([
          [1, 2, 3, 4],
          [7, 8, 9, 10],
        ]);
        expect(whole.recording.warnings).to.have.length(1);
      }
    });

    it('are refused if records are missing', async () => {
      const bytes = made(three);
      expect((await refusal(bytes.slice(0, -1))).message).to.match(
        /2 complete records but declares 3: it is truncated/,
      );
      expect((await refusal({ ...three, count: '4' })).message).to.match(/truncated/);
      expect((await refusal(made({ ...three, count: '-1' }).slice(0, 256 * 3 + 3))).message).to.match(
        /no complete record/,
      );
    });

    it('are read with a warning if a few bytes are too many, and refused if whole records are', async () => {
      expect((await read({ ...three, tail: new Uint8Array(5) })).recording.warnings).to.deep.equal([
        '5 bytes after the last record were not kept.',
      ]);
      expect((await refusal({ ...three, count: '2' })).message).to.match(/There are more than/);
    });
  });

  describe('with false values are refused before memory is allocated:', () => {
    const bad: [string, MadeFile | Uint8Array, 'syntax' | 'content', RegExp][] = [
      ['no version', { version: '1', signals: [ONE] }, 'syntax', /version field/],
      ['nothing', new Uint8Array(0), 'syntax', /inside its header/],
      ['half a header', made({ signals: [ONE] }).slice(0, 400), 'syntax', /inside its header/],
      ['no signals', { signalCount: '0', signals: [ONE] }, 'content', /no signals/],
      [
        'far too many signals',
        { signalCount: '9999', headerBytes: '2560000', signals: [ONE] },
        'content',
        /at most 1,048,576 bytes/,
      ],
      ['more signals than are taken', { signals: Array.from({ length: 257 }, () => ONE) }, 'content', /at most 256/],
      ['a wrong header length', { headerBytes: '768', signals: [ONE] }, 'content', /768/],
      ['annotations only', { duration: '0', signals: [{ records: [timed(0)] }] }, 'content', /annotations only/],
      ['a duration of 0', { duration: '0', signals: [ONE] }, 'content', /more than 0 seconds/],
      ['a negative duration', { duration: '-1', signals: [ONE] }, 'content', /more than 0 seconds/],
      ['no duration', { duration: 'abc', signals: [ONE] }, 'syntax', /duration/],
      ['no records', { count: '0', signals: [ONE] }, 'content', /no records/],
      ['-2 records', { count: '-2', signals: [ONE] }, 'syntax', /number of records/],
      ['no samples per record', { signals: [{ ...ONE, samples: 0 }] }, 'content', /no samples/],
      ['equal digital limits', { signals: [{ ...ONE, digital: ['5', '5'] }] }, 'content', /equal/],
      ['a limit that is not a number', { signals: [{ ...ONE, physical: ['x', '1'] }] }, 'syntax', /physical minimum/],
      ['a gain beyond all measure', { signals: [{ ...ONE, physical: ['0', '1E-90'] }] }, 'content', /gain/],
      ['a rate beyond all measure', { duration: '0.000001', signals: [ONE] }, 'content', /samples a second/],
      [
        '99,999,999 samples in records with gaps',
        { reserved: 'EDF+D', duration: '1000', signals: [{ ...ONE, samples: 99999999 }, { records: [timed(0)] }] },
        'content',
        /gaps between records/,
      ],
      [
        '99,999,999 samples of annotations',
        { signals: [ONE, { records: [timed(0)], samples: 99999999 }] },
        'content',
        /annotations of a record/,
      ],
    ];
    for (const [name, file, kind, reason] of bad) {
      it(name, async () => {
        const error = await refusal(file);
        expect(error).to.include({ format: 'edf', kind });
        expect(error.message).to.match(reason);
      });
    }
  });

  it('may have a scale exactly at the bounds, and none beyond them', async () => {
    const digital: [string, string] = ['0', '1'];
    expect(await scale(['0', '1E12'], digital)).to.deep.equal([1e-12, 0]);
    expect(await scale(['0', '1E-12'], digital)).to.deep.equal([1e12, 0]);
    for (const physical of [
      ['0', '1.1E12'],
      ['0', '9.9E-13'],
    ] as [string, string][]) {
      expect((await refusal({ signals: [{ ...ONE, physical, digital }] })).message).to.match(/give a gain of/);
    }
    expect((await read(far('1000000'), 3)).recording.channels[0]!.zeroLevel).to.equal(-1e12);
    expect((await refusal(far('1000001'), 3)).message).to.match(/put physical zero at/);
  });
});
