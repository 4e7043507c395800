/** What stands above and below the rows of a picture. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { footLines, headLines } from '../../../src/ecgs/pictures/captions.ts';
import type { PictureOptions } from '../../../src/ecgs/pictures/options.ts';
import type { StoredEcg } from '../../../src/ecgs/store/model.ts';
import { paperChannel, twelveLeads } from '../../support/paper.ts';

const zone = new ClinicZone('America/Sao_Paulo');
const ecg = {
  _id: new Types.ObjectId('6b01dbf9a5e973ef38e8209d'),
  externalId: null,
  part: 'median beat',
  date: new Date('2026-01-15T01:30:00Z'),
} as StoredEcg;
const person = { name: 'Ana Lima', id: '7', sex: 'female', birthDate: '1944-01-15' };
const facts = { ecg, person, isFull: true, remarks: [], channels: [paperChannel()], zone, from: 0, to: 1.2 };
const OPTIONS: PictureOptions = {
  calculated: true,
  from: 0,
  paper: 'fit',
  speed: 25,
  gain: 10,
  gainV: 'same',
  crossings: false,
  deadBand: 0,
  gaps: 'break',
  annotations: true,
  name: false,
  header: false,
};
const remark = (count: number): string[] => Array.from({ length: count }, (_, i) => `Remark ${i + 1}.`);
const head = (change: object): string[] => headLines({ ...facts, ...change }, 250).map(({ text }) => text);

const foot = (channels = [paperChannel()], change: Partial<PictureOptions> = {}, extent = { low: -1, high: 1 }) =>
  footLines(
    channels,
    channels.map(() => extent),
    { ...OPTIONS, ...change },
    250,
    { isMarked: true, timeless: [] },
  );

describe('the lines above a picture', () => {
  it('say who and what it is, with the age on the day of the recording in the time zone of the clinic', () => {
    expect(head({})).to.deep.equal([
      'Ana Lima',
      'id 7 · female · born 1944-01-15 · 81 years at the recording',
      '2026-01-14 22:30:00 GMT-3 · 0 s to 1.2 s · recording 6b01dbf9a5e973ef38e8209d · median beat · 500 Hz · ' +
        'filter not stated',
    ]);
  });

  it('are wrapped between two facts on a narrow sheet', () => {
    const lines = headLines(facts, 100).map(({ text }) => text);
    expect(lines.length).to.be.above(3);
    for (const line of lines) expect(line).not.to.match(/^·|·$/);
  });

  it('say what is unknown', () => {
    const nobody = { name: null, id: null, sex: 'unknown', birthDate: null };
    expect(head({ person: nobody }).slice(0, 2)).to.deep.equal([
      'name unknown',
      'id unknown · sex unknown · birth date unknown',
    ]);
  });

  it('name nobody unless asked to', () => {
    expect(head({ person: null, isFull: false, remarks: ['secret'] })).to.deep.equal([
      '2026-01-14 22:30:00 GMT-3 · 0 s to 1.2 s · median beat',
    ]);
    expect(head({ ecg: { ...ecg, part: null }, person: null, isFull: false })).to.deep.equal([
      '2026-01-14 22:30:00 GMT-3 · 0 s to 1.2 s',
    ]);
  });

  it('have at most eight lines of remarks, the last one among them, and say how many are left out', () => {
    expect(head({ remarks: remark(8) }).slice(3)).to.deep.equal(remark(8));
    expect(head({ remarks: remark(11) }).slice(3)).to.deep.equal([
      ...remark(6),
      '… and 4 more lines, which are not shown',
      ...remark(11).slice(-1),
    ]);
  });
});

describe('the lines below a picture', () => {
  it('claim a scale only where there is one', () => {
    const pressure = paperChannel({ name: 'ABP', lead: null, unit: 'mmHg' });
    const raw = paperChannel({ name: 'III', lead: 'III', unit: null, calibrated: false });
    expect(foot()).to.deep.equal(['25 mm/s · 10 mm/mV · 500 Hz · calibrated']);
    expect(foot([pressure])).to.deep.equal(['25 mm/s · 500 Hz · calibrated', 'Heights are not to scale.']);
    expect(foot([paperChannel(), pressure, raw])).to.deep.equal([
      '25 mm/s · 10 mm/mV · 500 Hz · NOT CALIBRATED: III',
      'Heights are not to scale: ABP, III.',
    ]);
  });

  it('announce another gain of V leads, if there are any', () => {
    expect(foot(twelveLeads, { gainV: 'half' })[0]).to.include('10 mm/mV · V1 to V6 5 mm/mV');
    expect(foot([paperChannel()], { gainV: 'half' })[0]).not.to.include('V1');
  });

  it('say which channels were moved to their rows', () => {
    expect(foot([paperChannel()], {}, { low: 3, high: 5 })[1]).to.equal('Far from zero and therefore moved: II -4 mV.');
  });

  it('name the rule of the ticks', () => {
    expect(foot([paperChannel()], { crossings: true, deadBand: 0.05, gaps: 'bridge' })[1]).to.equal(
      'Ticks: crossings by sign-change-of-nonzero-samples 1, dead band 0.05 in the unit of each channel, gaps bridge.',
    );
  });

  it('say that marks are missing', () => {
    expect(footLines([paperChannel()], [null], OPTIONS, 250, { isMarked: false, timeless: [] })[1]).to.match(
      /^Not all marks are drawn/,
    );
  });
});
