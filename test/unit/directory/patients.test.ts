/** The age, the dates and the search terms of a patient. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { instant } from '../../../src/calendar/instant.ts';
import { lifeFaults, today, yearsBetween } from '../../../src/directory/dates.ts';
import { NOTHING_KNOWN } from '../../../src/directory/patients/fields.ts';
import { conditionTerms, derive, exactTerm } from '../../../src/directory/patients/model.ts';
import { NewPatient, PatientPatch } from '../../../src/directory/patients/schema.ts';

const now = new Date('2026-01-15T01:30:00Z');
const paths = (birthDate: string | null, deathDate: string | null) =>
  lifeFaults({ birthDate, deathDate }, '2026-01-15').map(({ path }) => path);

describe('a patient', () => {
  it('has an age in completed years', () => {
    expect(
      [
        ['2000-02-29', '2001-02-28'],
        ['2000-02-29', '2001-03-01'],
        ['2000-01-15', '2026-01-14'],
        ['2000-01-15', '2026-01-15'],
        ['2000-01-15', '2000-01-15'],
      ].map(([from, to]) => yearsBetween(from!, to!)),
    ).to.deep.equal([0, 1, 25, 26, 0]);
  });

  it("has an age and a life in the clinic's time zone", () => {
    expect([today(new ClinicZone('UTC'), now), today(new ClinicZone('America/Sao_Paulo'), now)]).to.deep.equal([
      '2026-01-15',
      '2026-01-14',
    ]);
    expect(instant('2026-01-15', new ClinicZone('America/Sao_Paulo')).toISOString()).to.equal(
      '2026-01-15T03:00:00.000Z',
    );
  });

  it('is not born in the future and does not die before birth', () => {
    expect(paths('2026-01-15', '2026-01-15')).to.deep.equal([]);
    expect(paths('2026-01-16', null)).to.deep.equal(['/birthDate']);
    expect(paths('1990-01-01', '1989-12-31')).to.deep.equal(['/deathDate']);
    expect(paths('1990-01-01', '2026-01-16')).to.deep.equal(['/deathDate']);
    expect(paths(null, '1990-01-01')).to.deep.equal([]);
  });

  it('is found by beginnings of words, and by complete numbers in any punctuation', () => {
    const patient = {
      _id: new Types.ObjectId(),
      ...NOTHING_KNOWN,
      firstName: 'José',
      lastName: 'Li',
      ssn: '999-32-8568',
      identifiers: [{ system: 's', value: 'A/1' }],
      createdAt: now,
      updatedAt: now,
    };
    expect(derive(patient).nameTerms).to.have.members(['j', 'jo', 'jos', 'jose', 'l', 'li', '=999328568', '=a1']);
    expect(
      derive({
        ...patient,
        address: {
          line: null,
          city: 'São Paulo',
          state: null,
          county: null,
          fips: null,
          zip: null,
          country: null,
          lat: null,
          lon: null,
        },
      }).facets,
    ).to.deep.equal(['*', 'sex=unknown', 'active=true', 'city=sao paulo']);
    expect(exactTerm(' 999 32 8568')).to.equal('=999328568');
    expect(conditionTerms('I10.9', 'Chronic  sinusitis')).to.deep.include({ terms: ['=i109', 'chronic', 'sinusitis'] });
  });

  it('has the same limit for every word, so that long ones are found by their first letters', () => {
    const { nameTerms } = derive({
      _id: new Types.ObjectId(),
      ...NOTHING_KNOWN,
      lastName: 'x'.repeat(200),
      createdAt: now,
      updatedAt: now,
    });
    expect(nameTerms).to.have.length(20);
  });

  it('accepts no unknown fields', () => {
    const parsed = NewPatient.safeParse({
      firstName: 'A',
      lastName: 'B',
      birthDate: '2000-01-01',
      orders: {},
      address: { city: 'C', facets: [] },
    });
    expect(parsed.error?.issues.map(({ code }) => code)).to.deep.equal(['unrecognized_keys', 'unrecognized_keys']);
    expect(PatientPatch.safeParse({}).success).to.equal(false);
    expect(PatientPatch.parse({ email: null })).to.deep.equal({ email: null });
  });
});
