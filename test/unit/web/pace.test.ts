/** How fast an upload goes, and how long it will take. */
import { expect } from 'chai';
import { Pace } from '../../../web/recordings/upload/pace.ts';

describe('the pace of an upload', () => {
  it('is not known at the beginning', () => {
    const pace = new Pace();
    pace.note(0, 0);
    pace.note(1_000, 100);
    expect(pace.rate).to.equal(null);
    expect(pace.secondsFor(1)).to.equal(null);
  });

  it('is that of the last five seconds', () => {
    const pace = new Pace();
    for (let second = 0; second <= 20; second++) pace.note(second * 1_000, second * 1_000);
    for (let second = 1; second <= 10; second++) pace.note(20_000 + second * 4_000, 20_000 + second * 1_000);
    expect(pace.rate).to.equal(4_000);
    expect(pace.secondsFor(9_000)).to.equal(3);
  });

  it('forgets what was before a pause, and bytes that have to be sent again', () => {
    const pace = new Pace();
    pace.note(0, 0);
    pace.note(8_000, 1_000);
    pace.restart();
    pace.note(8_000, 60_000);
    expect(pace.rate).to.equal(null);
    pace.note(9_000, 61_000);
    expect(pace.rate).to.equal(1_000);
    pace.note(5_000, 62_000);
    expect(pace.rate).to.equal(null);
  });
});
