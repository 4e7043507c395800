/** Another ECG over the present one: which leads belong together, at which scale, and where in time. */
import { expect } from 'chai';
import type { PaperChannel } from '../../../src/paper/types.ts';
import { beatDistance, type ValueAt } from '../../../web/viewer/panels/beats.ts';
import { distanceText } from '../../../web/viewer/panels/distance.ts';
import { matched, shownOf, underScale } from '../../../web/viewer/panels/matching.ts';

const channel = (name: string, changes: Partial<PaperChannel> = {}): PaperChannel => ({
  name,
  lead: name as PaperChannel['lead'],
  samplingRate: 500,
  unit: 'mV',
  calibrated: true,
  ...changes,
});
const strip = { height: 10, base: 0, gain: 10 };
const comparable = (one: PaperChannel, other: PaperChannel) => matched([one], [other]).pairs[0]?.isComparable;
const flat: ValueAt = () => 0;
const missing: ValueAt = () => NaN;
/** A beat every second, the first one at a time. It ends at 20 s. */
const beats =
  (first: number, height = 1): ValueAt =>
  (time) => {
    const phase = ((((time - first) % 1) + 1.5) % 1) - 0.5;
    return time < 0 || time > 20 ? NaN : height * (Math.exp(-((phase / 0.02) ** 2)) - 0.2 * phase);
  };
/** The distance from an ECG of September 2024. */
const than = (other: string): string => distanceText('2024-09-10T08:00:00Z', other);

describe('Another ECG over the present one', () => {
  describe('its leads', () => {
    it('are matched by the standard lead, whatever their names, places and rates are', () => {
      const others = [channel('V1'), channel('Lead two', { lead: 'II', samplingRate: 250 }), channel('I')];
      const { pairs } = matched([channel('I'), channel('II'), channel('V1')], others);
      expect(pairs.map(({ present, other }) => [present, other])).to.deep.equal([
        [0, 2],
        [1, 1],
        [2, 0],
      ]);
    });

    it('are matched by name where they are no standard leads', () => {
      const pressure = { lead: null, unit: 'mmHg' };
      const { pairs, onlyPresent, onlyOther } = matched(
        [channel('ABP', pressure), channel('PAP', pressure)],
        [channel('RESP', pressure), channel('ABP', pressure)],
      );
      expect(pairs).to.deep.equal([{ present: 0, other: 1, isComparable: true }]);
      expect([onlyPresent, onlyOther]).to.deep.equal([['PAP'], ['RESP']]);
    });

    it('are named if they are in one of the two alone', () => {
      const { pairs, onlyPresent, onlyOther } = matched([channel('I'), channel('V1')], [channel('V6')]);
      expect([pairs, onlyPresent, onlyOther]).to.deep.equal([[], ['I', 'V1'], ['V6']]);
    });

    it('cannot be compared in height if a gain is not known, even if both units are the same', () => {
      const loose = channel('I', { calibrated: false });
      expect(comparable(channel('I'), channel('I', { unit: 'uV' }))).to.equal(true);
      expect(comparable(channel('I'), loose)).to.equal(false);
      expect(comparable(loose, channel('I'))).to.equal(false);
      expect(comparable(loose, loose)).to.equal(false);
    });
  });

  describe('its scale', () => {
    it('is that of the present ECG in mm per millivolt, whatever the units are', () => {
      const scale = underScale(channel('I'), channel('I', { unit: 'uV' }), strip, { low: -900, high: 900 }, 10);
      expect(scale).to.deep.equal({ height: 0.01, base: 0 });
      expect(underScale(channel('V1'), channel('V1'), { ...strip, gain: 5 }, null, 5).height).to.equal(5);
    });

    it('fills the row if its gain is not known', () => {
      const loose = channel('I', { calibrated: false, unit: null });
      expect(underScale(channel('I'), loose, strip, { low: -50, high: 200 }, 10).height).to.equal(12 / 200);
    });

    it('is shared by channels of the same unit that is no voltage', () => {
      const pressure = channel('ABP', { lead: null, unit: 'mmHg' });
      const own = { height: 0.2, base: 80, gain: null };
      expect(underScale(pressure, pressure, own, { low: 0, high: 300 }, 10)).to.include({ height: 0.2, base: 80 });
    });
  });

  it('is visible only where it has something', () => {
    expect(shownOf({ from: 5, to: 15 }, -5, 8)).to.deep.equal({ from: 0, to: 8 });
    expect(shownOf({ from: 5, to: 15 }, -6, 30)).to.deep.equal({ from: 0, to: 9 });
    expect(shownOf({ from: 5, to: 15 }, -15, 8)).to.equal(null);
    expect(shownOf({ from: 5, to: 15 }, 3, 8)).to.equal(null);
  });

  describe('its beats', () => {
    it('are laid on those of the present ECG by the shortest way, whatever their heights are', () => {
      expect(beatDistance(beats(0.3), beats(0.42, 3), 7)).to.be.closeTo(0.12, 0.004);
      expect(beatDistance(beats(0.3), beats(0.05, 0.5), 7)).to.be.closeTo(-0.25, 0.004);
    });

    it('are not found where one of the two has none', () => {
      for (const none of [flat, missing]) {
        expect(beatDistance(none, beats(0), 7)).to.equal(null);
        expect(beatDistance(beats(0), none, 7)).to.equal(null);
      }
      expect(
        beatDistance(beats(0), (time) => -beats(0)(time), 7.1),
        'upside down',
      ).to.equal(null);
    });
  });

  it('says in days, months or years how much earlier or later it is', () => {
    expect(than('2024-09-10T07:00:00Z')).to.equal('the same day');
    expect(than('2024-09-09T08:00:00Z')).to.equal('1 day earlier');
    expect(than('2024-09-22T08:00:00Z')).to.equal('12 days later');
    expect(than('2024-07-12T08:00:00Z')).to.equal('60 days earlier');
    expect(than('2024-01-10T08:00:00Z')).to.equal('8 months earlier');
    expect(than('2022-09-20T08:00:00Z')).to.equal('2 years earlier');
    expect(than('2014-09-10T08:00:00Z')).to.equal('10 years earlier');
    expect(distanceText(null, '2014-09-10T08:00:00Z')).to.equal('');
  });
});
