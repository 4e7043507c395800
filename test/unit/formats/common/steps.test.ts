/** Rates and gains that files state by their rounded reciprocals. */
import { expect } from 'chai';
import { rateOfPeriod, rateOfStep, reciprocal } from '../../../../src/formats/common/steps.ts';

describe('The time between two samples', () => {
  it('gives the rate whose time would be rounded to it', () => {
    const rates = [360, 128, 256, 257, 300, 240, 512, 333, 44_100, 128.5];
    for (const rate of rates) {
      for (const digits of [6, 9, 15])
        expect(rateOfStep((1 / rate).toPrecision(digits), 1), `${digits}`).to.equal(rate);
      expect(rateOfStep((1000 / rate).toPrecision(8), 1000)).to.equal(rate);
    }
    // As the C format %f writes them; the fourth is a tie, which is rounded to even.
    expect(['0.002778', '0.003906', '0.003333', '0.007812'].map((text) => rateOfStep(text, 1))).to.deep.equal([
      360, 256, 300, 128,
    ]);
    expect(rateOfStep('2778', 1e6)).to.equal(360);
    expect(rateOfStep('2.77778e-3', 1)).to.equal(360);
  });

  it('is exact if it has few digits: it may be any of many rates', () => {
    expect(['0.002', '0.0039', '0.003', '2', '0.003000'].map((text) => rateOfStep(text, 1))).to.deep.equal([
      500,
      1 / 0.0039,
      1 / 0.003,
      0.5,
      1 / 0.003,
    ]);
  });

  it('gives the same rate again in all digits that a decimal keeps', () => {
    for (const rate of [1000 / 3, 249.89, 0.001, 1e6])
      expect(rateOfStep(String(1 / rate), 1)).to.be.closeTo(rate, rate * 1e-15);
  });
});

describe('The sampling rate of a time in microseconds', () => {
  it('is the whole rate that it was rounded from', () => {
    const rates = [100, 120, 125, 128, 150, 200, 240, 250, 256, 300, 360, 400, 500, 512, 600, 800, 1000, 1024, 1200];
    for (const rate of [...rates, 1500, 2000, 2048, 2500, 3000, 4000, 4096, 8000, 16000])
      for (const period of [Math.round(1e6 / rate), Math.floor(1e6 / rate)])
        expect(rateOfPeriod(period), `${period} µs`).to.equal(rate);
  });

  it('is what the time gives if no whole rate is near', () => {
    expect(rateOfPeriod(8003)).to.equal(1e6 / 8003);
    expect(rateOfPeriod(1)).to.equal(1e6);
    expect(rateOfPeriod(65535)).to.equal(1e6 / 65535);
  });
});

describe('The value of one digit', () => {
  it('gives the simplest gain that has it', () => {
    for (const gain of [200, 204.918, 409.6, -1000, 0.8, 4.88, 12_530, 999.99]) {
      expect(reciprocal(1 / gain)).to.equal(gain);
      expect(reciprocal(Number((1 / gain).toPrecision(15)))).to.equal(gain);
    }
  });
});
