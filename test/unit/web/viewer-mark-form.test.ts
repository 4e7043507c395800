/** Own marks as forms: from the mark to texts, from texts to the caliper and to what is sent. */
import { expect } from 'chai';
import type { Caliper } from '../../../web/viewer/calipers.ts';
import {
  caliperOf,
  clock,
  followed,
  formOf,
  isSamePlace,
  measuredMv,
  patchOf,
  timeFault,
} from '../../../web/viewer/panels/mark-form.ts';
import type { OwnMark } from '../../../web/viewer/panels/measuring.ts';
import { parsedTime } from '../../../web/viewer/readings.ts';

const lead = { name: 'II', unit: 'uV', calibrated: true, samplingRate: 500 };
const rate = (): number => 500;

const mark = (more: Partial<OwnMark> = {}): OwnMark => ({
  source: 'own',
  id: '665f1c2ab7e4d1a2c3b4d5e6',
  at: 1.2,
  duration: 0.4,
  channel: 'II',
  code: null,
  text: null,
  value: { kind: 'QT', ms: 400, mV: null, rrMs: 820, qtc: null },
  createdBy: '665f1c2ab7e4d1a2c3b4d5e7',
  createdAt: '2026-01-15T09:30:00.000Z',
  changedAt: '2026-01-15T09:30:00.000Z',
  version: 3,
  ...more,
});
const amplitude = mark({ value: { kind: 'amplitude', ms: null, mV: 0.9, rrMs: null, qtc: null } });
const note = mark({ value: null, text: 'artefact', duration: null });

describe('a time in a form', () => {
  it('is written so that it is read as the same', () => {
    for (const seconds of [0, 1.2, 59.999999, 60, 75.0625, 185.25, 3_600, 52_200.001953, 86_399.998])
      expect(parsedTime(clock(seconds)), clock(seconds)).to.be.closeTo(seconds, 1e-6);
    expect([1.2, 65.25, 3_605].map(clock)).to.deep.equal(['1.2', '1:05.25', '1:00:05']);
    expect(clock(59.9999999), 'rounded').to.equal('1:00');
  });

  it('is faulty if it is no time, or beyond the end', () => {
    expect(timeFault('1:61:00:00', 10, true)).to.equal('invalid');
    expect(timeFault('11', 10, true)).to.equal('outside');
    expect(timeFault('', 10, true)).to.equal('invalid');
    expect(timeFault('', 10, false)).to.equal(null);
  });

  it('may be the very end, which has more digits than the form', () => {
    const end = 1_000 / 360;
    expect(timeFault(clock(end), end, true)).to.equal(null);
    expect(timeFault('2.77778', end, true)).to.equal('outside');
    expect(patchOf(note, { from: clock(end) }, () => 360)).to.deep.equal({ at: end });
  });
});

describe('what is sent of a changed mark', () => {
  it('is nothing but what was changed', () => {
    expect(patchOf(mark(), { text: ' late T ' }, rate)).to.deep.equal({ text: 'late T' });
    expect(patchOf(mark(), { code: 'V', text: null }, rate)).to.deep.equal({ code: 'V', text: null });
    expect(patchOf(note, { lead: null }, rate)).to.deep.equal({ channel: null });
  });

  it('has both ends and the measured time when one was moved, in their order, on samples', () => {
    const value = { kind: 'QT', ms: 404, rrMs: 820 };
    expect(patchOf(mark(), { until: '1.604' }, rate)).to.deep.equal({ from: 1.2, to: 1.604, value });
    const turned = { from: '1.604', until: '1.2' };
    expect(patchOf(mark(), turned, rate)).to.deep.equal({ from: 1.2, to: 1.604, value });
    expect(patchOf(mark({ value: null }), { until: '0.333333' }, () => 3)).to.include({ from: 1 / 3 });
  });

  it('makes a point of a period without an end, and a period of a point with one', () => {
    expect(patchOf(mark({ value: null }), { until: null }, rate)).to.deep.equal({ at: 1.2 });
    expect(patchOf(note, { until: '2' }, rate)).to.deep.equal({ from: 1.2, to: 2 });
  });

  it('keeps the RR interval unless another rate was typed or it is no QT any more', () => {
    expect(patchOf(mark(), { rate: '75' }, rate).value).to.deep.equal({ kind: 'QT', ms: 400, rrMs: 800 });
    expect(patchOf(mark(), { kind: 'RR' }, rate).value).to.deep.equal({ kind: 'RR', ms: 400 });
    expect(patchOf(mark(), { rate: null }, rate).value).to.deep.equal({ kind: 'QT', ms: 400 });
  });

  it('has the voltage that was measured anew', () => {
    const moved = { from: '1.1', mV: 1.25 };
    expect(patchOf(amplitude, moved, rate).value).to.deep.equal({ kind: 'amplitude', mV: 1.25 });
  });
});

const pointAt = (time: number) => ({ sample: Math.round(time * 500), value: 100 });

describe('the caliper of a mark', () => {
  const placed = caliperOf({ ...formOf(amplitude), version: '' }, 1, lead, pointAt) as Caliper;

  it('measures what was kept', () => {
    expect(placed).to.deep.include({ kind: 'voltage', channel: 1, active: 'b' });
    expect([placed.a.sample, placed.b.sample]).to.deep.equal([600, 800]);
    expect(measuredMv(placed, lead)).to.equal('0.9');
    expect(caliperOf({ from: '1', until: '' }, 0, lead, pointAt)).to.deep.include({ kind: 'time', active: 'a' });
    expect(caliperOf({ from: 'now' }, 0, lead, pointAt)).to.equal(null);
  });

  it('is followed by the fields of the ends that were moved', () => {
    const values = { from: '1.2000', until: '1.6', lead: 'I' };
    const moved = { ...placed, b: { sample: 801, value: 90 } };
    expect(followed(values, moved, placed, lead)).to.deep.equal({ from: '1.2000', until: '1.602', lead: 'II' });
    expect(followed({ from: '1', until: '', lead: '' }, moved, placed, lead), 'a point of all leads').to.deep.equal({
      from: '1',
    });
    expect(followed(values, moved, null, lead)).to.include({ from: '1.2', until: '1.602' });
  });

  it('is in the same place when its values become known', () => {
    const unknown = { ...placed, a: { ...placed.a, value: NaN }, b: { ...placed.b, value: NaN } };
    expect(isSamePlace(placed, unknown)).to.equal(true);
    expect(isSamePlace({ ...placed, active: 'a', isMarching: true }, placed)).to.equal(true);
    expect(isSamePlace({ ...placed, b: { ...placed.b, value: 7 } }, placed)).to.equal(false);
    expect(isSamePlace({ ...placed, channel: 0 }, placed)).to.equal(false);
  });
});
