/** Calipers measure samples, snap to what a reader means, and march. */
import { expect } from 'chai';
import { type Caliper, marchingPlaces, nudged, readingOf, snapped } from '../../../web/viewer/calipers.ts';
import { en } from '../../../web/text/en.ts';
import { enKeys } from '../../../web/text/en-keys.ts';
import { actionOf, KEYS } from '../../../web/viewer/keys.ts';
import { axisTime, labelStep, timeGrid, voltageGrid } from '../../../web/viewer/grid.ts';

const caliper: Caliper = {
  kind: 'time',
  channel: 0,
  a: { sample: 400, value: 0.1 },
  b: { sample: 100, value: 1.2 },
  active: 'b',
  isMarching: true,
};

/** A peak at 50, a trough at 58, and a slope from 120 to 124. */
function signal(sample: number): number {
  if (sample < 0 || sample >= 200) return NaN;
  if (sample === 50) return 9;
  if (sample === 58) return -4;
  return sample < 120 ? 0 : Math.min(8, (sample - 119) * 2);
}

const key = (code: string, shiftKey = false) => ({
  code,
  key: code,
  shiftKey,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
});

describe('A caliper', () => {
  it('measures milliseconds, rate and difference, from the earlier to the later point', () => {
    const { milliseconds, perMinute, difference } = readingOf(caliper, 500);
    expect(milliseconds).to.equal(600);
    expect(perMinute).to.equal(100);
    expect(difference).to.be.closeTo(-1.1, 1e-12);
    expect(readingOf({ a: caliper.a, b: caliper.a }, 500).perMinute).to.equal(null);
  });

  it('snaps to the nearest peak or trough, then to the steepest slope', () => {
    expect(snapped(signal, 47, 6)).to.equal(50);
    expect(snapped(signal, 60, 6)).to.equal(58);
    expect(snapped(signal, 119, 6)).to.be.within(119, 124);
    expect(snapped(signal, 90, 6), 'nothing near').to.equal(90);
    expect(snapped(signal, 47, 0), 'without reach').to.equal(47);
  });

  it('is nudged by one sample, and takes the value of the signal there', () => {
    const moved = nudged(caliper, { samples: -1 }, 1_000, (sample) => sample / 100);
    expect(moved.b).to.deep.equal({ sample: 99, value: 0.99 });
    expect(moved.a).to.equal(caliper.a);
    expect(nudged(caliper, { samples: -500 }, 1_000, () => NaN).b).to.deep.equal({ sample: 0, value: 1.2 });
    expect(nudged(caliper, { value: 0.01 }, 1_000, () => 0).b.value).to.be.closeTo(1.21, 1e-12);
  });

  it('marches: its distance is repeated to both sides', () => {
    expect(marchingPlaces(caliper, -600, 1_100)).to.deep.equal([-500, -200, 700, 1_000]);
    expect(marchingPlaces({ a: caliper.a, b: caliper.a }, 0, 1_000)).to.deep.equal([]);
  });
});

describe('The keys of the viewer', () => {
  it('reach every action that the help names', () => {
    const others = ['title', 'key', 'does', 'gestures', 'wheel', 'drag', 'double', 'snap'];
    const named = Object.keys(enKeys).filter((name) => !others.includes(name));
    expect(KEYS.map(({ action }) => action)).to.have.members(named);
    for (const { action, codes, ...more } of KEYS)
      for (const code of codes) expect(actionOf(key(code, 'shift' in more && more.shift)), code).to.equal(action);
  });

  it('are those that the titles of the tools name', () => {
    const { timeCaliperTitle, voltageCaliperTitle, marchTitle, crossingsTitle, ...titles } = en.viewer;
    for (const [title, action] of [
      [timeCaliperTitle, 'timeCaliper'],
      [voltageCaliperTitle, 'voltageCaliper'],
      [marchTitle, 'march'],
      [crossingsTitle, 'crossings'],
      [titles.jumpTitle, 'jump'],
      [titles.tableTitle, 'table'],
      [titles.exportTitle, 'print'],
    ] as const)
      expect(actionOf(key(`Key${/\((\w)\)/.exec(title)?.[1] ?? ''}`)), title).to.equal(action);
  });

  it('leave keys with Ctrl to the browser, and find the question mark on every layout of keys', () => {
    expect(actionOf({ ...key('KeyT'), ctrlKey: true })).to.equal(null);
    expect(actionOf({ ...key('Minus', true), key: '?' })).to.equal('help');
    expect(actionOf(key('KeyQ'))).to.equal(null);
  });
});

describe('The lines of the paper', () => {
  it('are 0.04 s and 0.1 mV apart, with every fifth a major one, at every usual scale', () => {
    for (const perMm of [4, 5, 8])
      for (const speed of [25, 50]) expect(timeGrid(speed * perMm)).to.deep.equal({ minor: 0.04, major: 0.2 });
    expect(voltageGrid(10 * 4)).to.deep.equal({ minor: 0.1, major: 0.5 });
  });

  it('become coarser, never fewer than can be read, and never change their meaning silently', () => {
    expect(timeGrid(20)).to.deep.equal({ minor: null, major: 1 });
    expect(timeGrid(0.01).major * 0.01).to.be.at.least(12);
    expect(voltageGrid(10)).to.deep.equal({ minor: null, major: 5 });
  });

  it('have seconds that do not run into each other', () => {
    for (const perSecond of [0.01, 1, 30, 100, 900]) expect(labelStep(perSecond) * perSecond).to.be.at.least(64);
    expect(axisTime(9, 1)).to.equal('9 s');
    expect(axisTime(75.5, 0.5)).to.equal('1:15.5');
    expect(axisTime(52_200, 60)).to.equal('14:30:00');
  });
});
