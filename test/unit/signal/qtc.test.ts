/**
 * QTc by four formulas. The expected values were computed independently, with exact fractions and high-precision roots:
 * `python3 -c "from decimal import *; getcontext().prec=30; qt,rr=Decimal(400),Decimal('0.8'); print(qt/rr.sqrt(),
 * qt/(rr.ln()/3).exp(), qt+154*(1-rr), qt+Decimal('1.75')*(60/rr-60))"`.
 */
import { expect } from 'chai';
import { heartRate, qtc } from '../../../src/signal/qtc.ts';

/** QT and RR in ms, then QTc by Bazett, Fridericia, Framingham and Hodges. */
const GOLDEN: [number, number, number, number, number, number][] = [
  [400, 800, 447.2135955, 430.8869380064, 430.8, 426.25],
  [360, 600, 464.7580015449, 426.8271965388, 421.6, 430],
  [460, 1200, 419.9206274206, 432.8765732853, 429.2, 442.5],
  [280, 400, 442.7188724236, 380.0184663233, 372.4, 437.5],
  [412.5, 857, 445.5880569009, 434.2738500044, 434.522, 430.02042007],
];

describe('the corrected QT interval', () => {
  for (const [qt, rr, bazett, fridericia, framingham, hodges] of GOLDEN) {
    it(`is as computed elsewhere for a QT of ${qt} ms at ${heartRate(rr).toFixed(1)} beats a minute`, () => {
      const found = qtc(qt, rr);
      for (const [formula, expected] of Object.entries({ bazett, fridericia, framingham, hodges }))
        expect(found[formula as keyof typeof found], formula).to.be.closeTo(expected, 1e-9);
    });
  }

  it('is QT itself at 60 beats a minute, by every formula', () => {
    for (const value of Object.values(qtc(412, 1000))) expect(value).to.equal(412);
  });

  it('is longer than QT above 60 beats a minute, and shorter below', () => {
    for (const value of Object.values(qtc(380, 700))) expect(value).to.be.above(380);
    for (const value of Object.values(qtc(440, 1300))) expect(value).to.be.below(440);
  });

  it('is refused for intervals that are not above 0', () => {
    for (const [qt, rr] of [
      [0, 800],
      [400, 0],
      [400, -1],
      [NaN, 800],
      [400, Infinity],
    ] as const)
      expect(() => qtc(qt, rr), `${qt} ${rr}`).to.throw(RangeError, /must be above 0/);
  });
});
