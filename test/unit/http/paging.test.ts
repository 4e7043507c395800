/** Pages of lists: parameters, cursors and totals. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { z } from 'zod';
import { Problem } from '../../../src/errors.ts';
import { decodeCursor, encodeCursor, page, pageQuery, total } from '../../../src/http/paging.ts';

/** Counts a list of a given size, as a database would. */
const counting = (size: number) => async (atMost: number) => Math.min(size, atMost);

describe('paging', () => {
  const query = z.strictObject(pageQuery({ maxPageSize: 200 }));

  it('has defaults for omitted parameters', () => {
    expect(query.parse({})).to.deep.equal({ limit: 50, total: false });
    expect(z.strictObject(pageQuery({ maxPageSize: 10 })).parse({})).to.include({ limit: 10 });
  });

  it('reads given parameters', () => {
    expect(query.parse({ limit: '200', cursor: 'abc', total: 'true' })).to.deep.equal({
      limit: 200,
      cursor: 'abc',
      total: true,
    });
  });

  it('refuses anything else', () => {
    for (const wrong of [
      { limit: '201' },
      { limit: '0' },
      { limit: '-1' },
      { limit: '1.5' },
      { limit: ['1', '2'] },
      { total: 'yes' },
      { cursor: '' },
      { cursor: 'x'.repeat(2_001) },
    ]) {
      expect(query.safeParse(wrong).success, JSON.stringify(wrong)).to.equal(false);
    }
  });

  it('decodes every cursor to the encoded values', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer())), (values) => {
        const cursor = encodeCursor(values);
        expect(cursor).to.match(/^[\w-]*$/);
        expect(decodeCursor(cursor, z.array(z.union([z.string(), z.number()])))).to.deep.equal(values);
      }),
      { seed: 1 },
    );
  });

  it('refuses a cursor of another shape, or text that is not a cursor', () => {
    const shape = z.tuple([z.iso.datetime(), z.string()]);
    for (const cursor of [
      encodeCursor(['x', 'y']),
      encodeCursor([{ $gt: '' }, 'y']),
      encodeCursor([]),
      'no cursor',
      '%%',
    ]) {
      expect(() => decodeCursor(cursor, shape), cursor)
        .to.throw(Problem)
        .with.property('code', 'invalid-cursor');
    }
  });

  it('cuts pages whose cursors pass through the whole list exactly once', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 7 }), (length, limit) => {
        const list = Array.from({ length }, (_, n) => n);
        const seen: number[] = [];
        let cursor: string | null = null;
        do {
          const after: number = cursor === null ? -1 : decodeCursor(cursor, z.tuple([z.number()]))[0];
          const { items, nextCursor }: { items: number[]; nextCursor: string | null } = page(
            list.filter((n) => n > after).slice(0, limit + 1),
            limit,
            (n) => [n],
          );
          expect(items.length).to.be.at.most(limit);
          seen.push(...items);
          cursor = nextCursor;
        } while (cursor !== null);
        expect(seen).to.deep.equal(list);
      }),
      { seed: 2 },
    );
  });

  it('counts exactly up to 10,000 and shows when there are more', async () => {
    expect(await total(counting(10_000))).to.deep.equal({ total: 10_000 });
    expect(await total(counting(10_001))).to.deep.equal({ total: 10_000, totalIsLowerBound: true });
  });
});
