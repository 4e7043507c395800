/** Columns of lists as CSV, made from schemas. */
import { expect } from 'chai';
import { z } from 'zod';
import { columnsOf } from '../../../src/http/csv-columns.ts';

const Item = z.strictObject({
  id: z.string(),
  count: z.int().nullable(),
  isActive: z.boolean().optional(),
  address: z
    .strictObject({ city: z.string().nullable(), place: z.strictObject({ lat: z.number() }).nullable() })
    .nullable(),
  words: z.array(z.enum(['a', 'b'])),
  identifiers: z.array(z.strictObject({ system: z.string(), value: z.string() })),
  also: z.record(z.string(), z.int()),
});

describe('the columns of a list', () => {
  const columns = columnsOf(Item, { count: (count: number | null) => `${count} of them` });
  const row = (item: object): unknown[] => columns.map(({ cellOf }) => cellOf(item));

  it('are the fields in the order of the schema, those of objects with the name of the object before', () => {
    expect(columns.map(({ heading }) => heading).join()).to.equal(
      'id,count,isActive,address.city,address.place.lat,words,identifiers,also',
    );
  });

  it('have cells as they are, words separated by semicolons, and everything else as JSON', () => {
    const address = { city: 'Hull', place: { lat: -1.5 } };
    const identifiers = [{ system: 's', value: '"1"' }];
    expect(
      row({ id: 'x', count: 3, isActive: false, address, words: ['a', 'b'], identifiers, also: { p: 1 } }),
    ).to.deep.equal(['x', '3 of them', false, 'Hull', -1.5, 'a; b', '[{"system":"s","value":"\\"1\\""}]', '{"p":1}']);
  });

  it('have an empty cell for what is missing', () => {
    expect(row({ id: 'x', count: null, address: null, words: [], identifiers: [], also: {} })).to.deep.equal([
      'x',
      'null of them',
      null,
      null,
      null,
      '',
      '',
      '{}',
    ]);
  });

  it('can only be those of an object', () => {
    expect(() => columnsOf(z.string())).to.throw('only objects have columns');
  });
});
