/** Sampling rates from the time column of tables. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { SEED, read, refusal, column } from './reading.ts';

const rates = async (text: string): Promise<(number | null)[]> =>
  (await read(text)).recording.channels.map((channel) => channel.samplingRate);
const rounded = (rate: number, rows: number, places: number): string =>
  column(
    'time',
    Array.from({ length: rows }, (_, at) => (at / rate).toFixed(places)),
  );
const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(3).padStart(6, '0')}`;

describe('The time column of a CSV file', () => {
  it('gives the rate, in seconds or the unit in its name', async () => {
    const steps = [0, 1, 2, 3, 4, 5];
    expect(
      await rates(
        column(
          'time',
          steps.map((at) => at / 500),
        ),
      ),
    ).to.deep.equal([500]);
    expect(
      await rates(
        column(
          'seconds',
          steps.map((at) => at * 2),
        ),
      ),
    ).to.deep.equal([0.5]);
    for (const name of ['ms', 'time (ms)', 'Time [ms]', 'time_ms', 'Milliseconds', 't ms'])
      expect(
        await rates(
          column(
            name,
            steps.map((at) => at * 4),
          ),
        ),
        name,
      ).to.deep.equal([250]);
    expect(await rates(`time,I\nms,mV\n${steps.map((at) => `${at * 4},${at}\n`).join('')}`)).to.deep.equal([250]);
    expect(
      await rates(
        column(
          'us',
          steps.map((at) => at * 2000),
        ),
      ),
    ).to.deep.equal([500]);
  });

  it('may be times of day, also across midnight, or dates with times, which date the recording', async () => {
    expect(
      await rates(
        column(
          'Elapsed time',
          Array.from({ length: 3600 }, (_, at) => clock(59 + at / 360)),
        ),
      ),
    ).to.deep.equal([360]);
    expect(
      await rates(column('time', ['23:59:59.000', '23:59:59.500', '00:00:00.000', '00:00:00.500', '00:00:01.000'])),
    ).to.deep.equal([2]);
    const { recording } = await read(
      column(
        'timestamp',
        [0, 2, 4, 6].map((at) => `2026-01-15T09:30:00.00${at}+01:00`),
      ),
    );
    expect(recording).to.deep.include({ date: '2026-01-15T09:30:00.000+01:00' });
    expect(recording.channels[0]!.samplingRate).to.equal(500);
    expect((await read(column('Time and date', ['1']))).recording.channels).to.have.length(2);
    expect(
      (await read(column('time', ['[10:20:30.000 15/01/2026]', '[10:20:30.500 15/01/2026]']))).recording,
    ).to.deep.include({ date: '2026-01-15T10:20:30.000' });
  });

  it('may be rounded, if it is long enough to determine the rate', async () => {
    for (const [rate, places] of [
      [360, 3],
      [257, 4],
      [1000, 3],
      [128, 6],
      [300, 3],
    ] as const)
      expect(await rates(rounded(rate, 5000, places)), String(rate)).to.deep.equal([rate]);
    const short = (await read(rounded(360, 7, 3))).recording;
    expect(short.channels[0]!.samplingRate).to.equal(null);
    expect(short.warnings).to.deep.equal([
      'The times are rounded too much to calculate a sampling rate from so few rows.',
    ]);
  });

  it('gives back any rate from times that are not rounded', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        fc.integer({ min: 20, max: 200 }),
        async (rate, rows) => {
          const [told] = await rates(
            column(
              'time (s)',
              Array.from({ length: rows }, (_, at) => at / rate),
            ),
          );
          expect(told).to.be.closeTo(rate, rate * 1e-6);
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('is not guessed: without a unit and with integer steps, the rate remains unknown', async () => {
    const { recording } = await read(column('time', [0, 4, 8]));
    expect(recording.channels[0]!.samplingRate).to.equal(null);
    expect(recording.warnings[0]).to.include('has no unit');
    expect((await read(column('time', [0]))).recording.warnings).to.deep.equal([
      'The sampling rate cannot be calculated from one row.',
    ]);
  });

  it('may count the samples instead, which gives no rate', async () => {
    for (const name of ['sample', "'sample #'", 'index', ''])
      expect(await rates(column(name, [0, 1, 2])), name).to.deep.equal([null]);
    expect((await refusal(column('sample', [0, 1, 3]))).message).to.include('not evenly spaced');
  });

  it('is refused with the line if it does not rise evenly', async () => {
    const uneven = await refusal(column('time', [0, 0.01, 0.03, 0.06, 0.1, 0.15]));
    expect(uneven).to.deep.include({ kind: 'content', format: 'csv' });
    expect(uneven.message).to.match(/^The times are not evenly spaced: the step to line \d is 0\.0\d, the mean 0\.03/);
    expect((await refusal(column('time', [0, 0.002, 0.001]))).message).to.include('do not increase');
    expect((await refusal(column('time', [0, 'x', 1]))).message).to.equal('Line 3, column 1: "x" is not a time.');
  });
});
