/** Measurements of calipers as own annotations, and where exports are found. */
import { expect } from 'chai';
import { measurement, millivoltsOf, nearestRr, type OwnMark, rrOfRate } from '../../../web/viewer/panels/measuring.ts';
import { exportAddress, insightsAddress, lineOf, pictureAddress } from '../../../web/viewer/panels/export-addresses.ts';
import type { Caliper } from '../../../web/viewer/calipers.ts';

const lead = { name: 'II', unit: 'uV', calibrated: true, samplingRate: 500 };
const caliper = (more: Partial<Caliper> = {}): Caliper => ({
  kind: 'time',
  channel: 0,
  a: { sample: 700, value: 1_200 },
  b: { sample: 500, value: 200 },
  active: 'b',
  isMarching: false,
  ...more,
});
const plain = { rrMs: null, text: '' };

describe('what a caliper measures', () => {
  it('runs from the earlier to the later end, whichever was placed first', () => {
    expect(measurement(caliper(), lead, { kind: 'QRS', ...plain })).to.deep.equal({
      from: 1,
      to: 1.4,
      channel: 'II',
      value: { kind: 'QRS', ms: 400 },
    });
  });

  it('has the RR interval with a QT interval only', () => {
    const given = { rrMs: 820, text: ' late T ' };
    expect(measurement(caliper(), lead, { kind: 'QT', ...given })).to.deep.include({
      text: 'late T',
      value: { kind: 'QT', ms: 400, rrMs: 820 },
    });
    expect(measurement(caliper(), lead, { kind: 'PR', ...given })?.value).to.deep.equal({ kind: 'PR', ms: 400 });
  });

  it('is in mV on a lead in another unit of voltage, and nothing where the voltage is not known', () => {
    const voltage = caliper({ kind: 'voltage' });
    expect(measurement(voltage, lead, { kind: 'RR', ...plain })?.value).to.deep.equal({ kind: 'amplitude', mV: 1 });
    for (const other of [
      { ...lead, calibrated: false },
      { ...lead, unit: 'mmHg' },
      { ...lead, unit: null },
    ]) {
      expect(millivoltsOf(voltage, other)).to.equal(null);
      expect(measurement(voltage, other, { kind: 'RR', ...plain })).to.equal(null);
    }
    const unknown = caliper({ kind: 'voltage', a: { sample: 700, value: NaN } });
    expect(measurement(unknown, lead, { kind: 'RR', ...plain })).to.equal(null);
  });

  it('is nothing if both ends are at the same sample', () => {
    const closed = caliper({ a: { sample: 500, value: 0 } });
    expect(measurement(closed, lead, { kind: 'RR', ...plain })).to.equal(null);
  });
});

const mark = (at: number, kind: 'RR' | 'QT', ms: number | null): OwnMark =>
  ({ id: `${at}`, at, value: { kind, ms, mV: null, rrMs: null, qtc: null } }) as OwnMark;

describe('the RR interval for QTc', () => {
  it('is that of the nearest RR that was kept', () => {
    const marks = [mark(1, 'RR', 800), mark(4, 'QT', 400), mark(9, 'RR', 900), mark(5, 'RR', null)];
    expect(nearestRr(marks, 4)?.ms).to.equal(800);
    expect(nearestRr(marks, 6)?.ms).to.equal(900);
    expect(nearestRr([mark(4, 'QT', 400)], 4)).to.equal(null);
  });

  it('is that of a typed rate, with a point or a comma', () => {
    expect(rrOfRate('75')).to.equal(800);
    expect(rrOfRate(' 62,5 ')).to.equal(960);
    for (const typed of ['', 'fast', '0', '-60', '9', '401', 'Infinity']) expect(rrOfRate(typed), typed).to.equal(null);
  });
});

describe('the addresses of exports', () => {
  const paper = {
    layout: '3x4',
    speed: 25,
    gain: 10,
    halfGainV: false,
    deadBand: null,
    annotations: true,
    calculated: true,
  } as const;

  it('have the window in milliseconds, or none for the whole recording', () => {
    expect(exportAddress({ id: 'a', range: { from: 1.23456, to: 11 } }, 'edf', false)).to.equal(
      '/api/v1/ecgs/a/export?format=edf&from=1.235&to=11',
    );
    expect(exportAddress({ id: 'a', range: null, timed: ['I'] }, 'wfdb', true)).to.equal(
      '/api/v1/ecgs/a/export?format=wfdb&deidentify=true',
    );
    expect(insightsAddress({ id: 'a', range: null }, 0)).to.equal('/api/v1/ecgs/a/insights');
    expect(
      insightsAddress({ id: 'a', range: { from: 0, to: 1 }, timed: ['I', 'a,b'] }, 0),
      'only some have times',
    ).to.equal('/api/v1/ecgs/a/insights?from=0&to=1&channels=I&channels=a%2Cb');
    expect(insightsAddress({ id: 'a', range: null }, 0.1)).to.equal('/api/v1/ecgs/a/insights?deadBand=0.1');
  });

  it('name the patient in PDFs only', () => {
    const range = { from: 0, to: 10 };
    expect(pictureAddress('a', 'pdf', range, paper)).to.include('header=true');
    expect(pictureAddress('a', 'png', range, paper)).to.not.match(/header|name/);
  });

  it('ask for papers that there are, and for what is drawn on the screen', () => {
    const range = { from: 0, to: 10 };
    const zoomed = pictureAddress('a', 'png', range, { ...paper, speed: 31.25, gain: 7 });
    expect(zoomed).to.not.match(/speed|gain/);
    const own = pictureAddress('a', 'png', range, { ...paper, halfGainV: true, deadBand: 0.1, annotations: false });
    expect(own).to.include('gainV=half&crossings=true&deadBand=0.1&annotations=false');
    expect(zoomed, 'calculated leads by default').to.not.match(/calculated|channels/);
    const stacked = { ...paper, layout: 'stacked', channels: ['I', 'II', 'III'] } as const;
    expect(pictureAddress('a', 'png', range, stacked)).to.include('channels=I&channels=II&channels=III&layout=stacked');
    expect(pictureAddress('a', 'png', range, { ...paper, calculated: false })).to.include('calculated=false');
  });

  it('offers one line of paper where a window is a little longer, so that its rest is no page for itself', () => {
    expect(lineOf({ from: 3.553, to: 14.235 }, 25)).to.deep.equal({ from: 3.553, to: 13.553 });
    expect(lineOf({ from: 0, to: 6 }, 50)).to.deep.equal({ from: 0, to: 5 });
    expect(lineOf({ from: 0, to: 10.0001 }, 25), 'a line').to.equal(null);
    expect(lineOf({ from: 0, to: 30 }, 25), 'several lines').to.equal(null);
    expect(lineOf({ from: 0, to: 11 }, 3), 'a speed that no paper has').to.deep.equal({ from: 0, to: 10 });
  });
});
