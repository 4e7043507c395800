/** Which units are physical quantities, which are voltages, and what they mean for a channel. */
import { expect } from 'chai';
import { claimableUnit, isCalibrated, isPhysical, millivolts } from '../../../src/signal/units.ts';

describe('a unit', () => {
  it('names a physical quantity unless it is missing, arbitrary, or counts digits', () => {
    for (const unit of ['mV', 'uV', 'µV', 'mmHg', 'mV{peak}', '%', 'nd', 'nA', '/min', 'Cel'])
      expect(isPhysical(unit), unit).to.equal(true);
    for (const unit of [
      null,
      '',
      ' ',
      '1',
      '{digits}',
      '{counts}',
      "[arb'U]",
      'NU',
      'adu',
      'Digits',
      'counts',
      'a.u.',
      'unitless',
      '-',
      '?',
      'LSB',
      '\u200b',
      '\u0000 ',
    ]) {
      expect(isPhysical(unit), String(unit)).to.equal(false);
    }
  });

  it('is a voltage if it is one, whatever else its text contains', () => {
    for (const [unit, factor] of [
      ['mV', 1],
      ['uV', 1e-3],
      ['µV', 1e-3],
      ['V', 1_000],
      ['nV', 1e-6],
      ['millivolts', 1],
      ['Microvolt', 1e-3],
    ] as const)
      expect(millivolts(unit), unit).to.equal(factor);
    for (const unit of [null, '', 'mmHg', 'constructor', 'valueOf', '__proto__'])
      expect(millivolts(unit), String(unit)).to.equal(null);
  });

  it('makes a channel calibrated together with a known gain', () => {
    const cases: [string | null, number | null][] = [
      ['mV', 1000],
      ['mV', null],
      [null, 1],
      ['{digits}', 1],
      ['1', 200],
    ];
    expect(cases.map(([unit, gain]) => isCalibrated({ unit, gain }))).to.deep.equal([true, false, false, false, false]);
  });

  it('may be written to a file if it claims no unknown scale', () => {
    const cases: [string | null, boolean][] = [
      ['mV', true],
      ['mV', false],
      ['{digits}', false],
      [null, false],
    ];
    expect(cases.map(([unit, calibrated]) => claimableUnit({ unit, calibrated }))).to.deep.equal([
      'mV',
      null,
      '{digits}',
      null,
    ]);
  });
});
