/**
 * What forms hold: from what the service has sent to texts, from texts to requests, and after somebody else's change.
 */
import { expect } from 'chai';
import {
  bodyOf,
  changesOf,
  faultOf,
  type FieldSpec,
  localMoment,
  merged,
  touched,
  valuesOf,
} from '../../../web/ui/form-values.ts';

const SPECS: FieldSpec[] = [
  { name: 'lastName' },
  { name: 'birthDate', kind: 'day' },
  { name: 'address.city' },
  { name: 'address.lat', kind: 'number' },
  { name: 'isActive', kind: 'flag' },
  { name: 'client', kind: 'name' },
  { name: 'identifiers', kind: 'pairs' },
  { name: 'start', kind: 'moment' },
];
const ITEM = {
  lastName: 'Ratke',
  birthDate: '1944-04-23',
  address: { city: 'Wareham', lat: 41.5 },
  isActive: true,
  client: { id: '1', name: 'Market' },
  identifiers: [{ system: 'mr', value: '4711' }],
  start: '2026-01-15',
};

describe('what a form holds', () => {
  it('is what the service has sent, and nothing changes if nothing is typed', () => {
    const values = valuesOf(ITEM, SPECS);
    expect(values).to.include({ lastName: 'Ratke', 'address.lat': '41.5', isActive: 'true', client: 'Market' });
    expect(changesOf(values, values, SPECS)).to.deep.equal({});
  });

  it('is sent as it was read', () => {
    const { client, ...others } = ITEM;
    expect(bodyOf(valuesOf(ITEM, SPECS), SPECS)).to.deep.equal({ ...others, client: { name: client.name } });
  });

  it('creates only what was filled in', () => {
    const empty = valuesOf(null, SPECS);
    expect(bodyOf({ ...empty, lastName: 'Souza', isActive: 'true' }, SPECS)).to.deep.equal({
      lastName: 'Souza',
      isActive: true,
      identifiers: [],
    });
  });

  it('changes an address as a whole, and removes it when all of it is emptied', () => {
    const base = valuesOf(ITEM, SPECS);
    expect(changesOf({ ...base, 'address.city': 'Hull' }, base, SPECS)).to.deep.equal({
      address: { city: 'Hull', lat: 41.5 },
    });
    expect(changesOf({ ...base, 'address.city': '', 'address.lat': ' ' }, base, SPECS)).to.deep.equal({
      address: null,
    });
  });

  it('removes a value that was emptied, and sends what is no number for the service to refuse', () => {
    const base = valuesOf(ITEM, SPECS);
    expect(changesOf({ ...base, birthDate: '' }, base, SPECS)).to.deep.equal({ birthDate: null });
    expect(changesOf({ ...base, 'address.lat': 'north' }, base, SPECS)).to.deep.equal({
      address: { city: 'Wareham', lat: 'north' },
    });
  });

  it('leaves out rows without an identifier', () => {
    const base = valuesOf(ITEM, SPECS);
    const identifiers = JSON.stringify([...ITEM.identifiers, { system: ' ', value: '' }]);
    expect(changesOf({ ...base, identifiers }, base, SPECS)).to.deep.equal({ identifiers: ITEM.identifiers });
  });

  it('has moments in the zone of the computer, and a day stays a day', () => {
    const iso = '2026-01-15T09:30:00.000Z';
    const values = valuesOf({ ...ITEM, start: iso }, SPECS);
    expect(values['start']).to.match(/^2026-01-1[456]T\d\d:\d\d$/);
    expect(bodyOf(values, SPECS)['start']).to.equal(iso);
    expect(localMoment('2026-01-15')).to.equal('2026-01-15');
    expect(localMoment('2026-01-15T09:30:07.000Z')).to.match(/:07$/);
  });

  it("keeps what was typed after somebody else's change, and follows in all other fields", () => {
    const base = valuesOf(ITEM, SPECS);
    const typed = { ...base, lastName: 'Souza' };
    const present = { ...base, lastName: 'Sousa', 'address.city': 'Recife' };
    expect(merged(typed, base, present)).to.deep.equal({
      values: { ...present, lastName: 'Souza' },
      changedByOthers: ['lastName', 'address.city'],
      isStored: false,
    });
  });

  it('recognises that what was typed is stored already', () => {
    const base = valuesOf(ITEM, SPECS);
    const typed = { ...base, lastName: 'Souza' };
    expect(merged(typed, base, { ...typed, 'address.city': 'Recife' }).isStored).to.equal(true);
  });

  it('finds the message of a field and of its parts', () => {
    const faults = [
      { path: '/identifiers/0/value', message: 'is empty' },
      { path: '/address/city', message: 'is too long' },
      { path: '/startle', message: 'is another field' },
    ];
    expect(faultOf('identifiers', faults)).to.equal('is empty');
    expect(faultOf('address.city', faults)).to.equal('is too long');
    expect(faultOf('start', faults)).to.equal(undefined);
  });

  it('knows which fields were touched', () => {
    expect(touched({ a: '1', b: '2' }, { a: '1', b: '' })).to.deep.equal(['b']);
  });
});
