/** What the service says of single fields, in Portuguese. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { NewPatient } from '../../../src/directory/patients/schema.ts';
import { ecgListQuery } from '../../../src/ecgs/list-query.ts';
import { checked } from '../../../src/text/wording.ts';
import { NewUser } from '../../../src/users/schema.ts';
import { ptFault } from '../../../web/text/pt-faults.ts';

/** Folders of `src` whose messages about fields reach the application. */
const FOLDERS = ['attendances', 'calendar', 'directory', 'ecgs', 'http', 'imports', 'users'];
/** How such a message begins. */
const BEGINNING = /^(?:must|is|has|names|needs|belongs|can be|conflicts) /;
/** Parts of longer texts that begin like one. */
const OTHERS = [
  'names of channels, leads, the file and its record, the subject according to the file, and the names of ',
  'is given',
  'names a time that clocks repeated in ${this.name}: write it with its offset, such as ',
];

/** Every message in the sources that is written in one piece, with 7 for what is filled in. */
function* written(): Generator<string> {
  for (const folder of FOLDERS)
    for (const file of readdirSync(`src/${folder}`, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(`src/${folder}/${file}`, 'utf8');
      for (const [, , message = ''] of text.matchAll(/(['`])((?:[^'`\\$\n]|\$\{[^}]*\})+)\1/g))
        if (BEGINNING.test(message) && !OTHERS.includes(message)) yield message.replaceAll(/\$\{[^}]*\}/g, '7');
    }
}

/** Those of the wording that no schema above causes. */
const WORDINGS = [
  'has a type that is not allowed here',
  'must be csv',
  'must be null',
  'must have exactly 4 characters',
  'must have at least 1 item',
  'must have at least 2 entries',
  'must be more than 0',
  'must be less than 1',
  'must not be before 1800-01-01',
  'must not be after 2026-01-01',
  'must be a multiple of 0.5',
  'must begin with "a"',
  'has a form that is not allowed here',
  'must be a string, or must be a number',
  'has none of the allowed forms',
  'fits more than one of the allowed forms',
  'names a time that clocks repeated in Europe/Berlin: write it with its offset, such as 2026-01-15T14:30:00-03:00',
  '"2026-02-30" names a day that does not exist',
];

describe('messages about fields in Portuguese', () => {
  const bad = [
    checked(NewUser, { email: 'nobody', fullName: '', role: 'nurse', password: 'short' }),
    checked(NewUser, {}),
    checked(NewPatient, {
      firstName: 'x'.repeat(300),
      lastName: ' ',
      birthDate: '1944-13-01',
      sex: 'none',
      ssn: '12',
      phone: 'none',
      email: 'none',
      income: -1,
      isActive: 'maybe',
      address: { lat: 91, lon: 'east' },
      identifiers: 'none',
    }),
    ...[
      { q: '(', dateFrom: 'xx', durationFrom: '-3', lead: '<b>' },
      { durationFrom: '5', durationTo: '2', samplingRateFrom: '5', samplingRateTo: '2' },
      { samplingRateFrom: '5', samplingRateTo: '2' },
    ].map((query) => checked(ecgListQuery({ maxPageSize: 100 }), query)),
  ];
  const messages = bad.flatMap(({ faults }) => faults ?? []).map(({ message }) => message);

  it('are translated', () => {
    expect(messages).to.have.length.above(15);
    for (const message of messages) expect(ptFault(message), message).not.to.include(message);
  });

  it('are translated, wherever the service has them', () => {
    const all = [...new Set(written()), ...WORDINGS];
    expect(all).to.have.length.above(60);
    expect(all.filter((message) => ptFault(message).includes(message))).to.deep.equal([]);
  });

  it('tell which columns of an import were passed over', () => {
    const warning = 'These columns are not known and were passed over: SYSTEM, (empty).';
    expect(ptFault(warning)).to.equal('Estas colunas não são conhecidas e foram ignoradas: SYSTEM, (empty).');
  });

  it('keep their numbers and words', () => {
    expect(ptFault('must have at least 10 characters')).to.equal('precisa de pelo menos 10 caracteres');
    expect(ptFault('must be one of a, b, c')).to.equal('precisa ser um destes: a, b, c');
  });

  it('say at least that the value is refused if they are not known', () => {
    expect(ptFault('is something new')).to.equal('não é válido (is something new)');
  });

  it('keep what was given, and each of several forms', () => {
    expect(ptFault('"2026-02-30" names a day that does not exist')).to.equal(
      '"2026-02-30" indica um dia que não existe',
    );
    expect(ptFault('must be a string, or must be a number')).to.equal('precisa ser um texto, ou precisa ser um número');
  });
});
