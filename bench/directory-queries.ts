/** The queries of `directory.ts`. */
import type { Connection } from 'mongoose';
import { ALL } from '../src/directory/order.ts';
import { patientModel, type StoredPatient } from '../src/directory/patients/model.ts';
import { PATIENT_ORDERS, type PatientOrder } from '../src/directory/patients/schema.ts';
import { encodeCursor } from '../src/http/paging.ts';
import { CONDITIONS, identifierOf, ssnOf, SYLLABLES } from './patients.ts';
import type { Service } from './support.ts';

/** Where deep pages begin, as fractions of the list. */
const DEPTHS = [0.25, 0.5, 0.75, 0.95];

/** A directory. */
export interface Side {
  count: number;
  service: Service;
  database: Connection;
}

/** Shown without a target: a large set that no index has in the requested order. */
export const BEYOND = 'search in another order';

/** One query in a few variants, which the requests use in turn. */
export interface Query {
  group: 'first page' | 'deep page' | 'filter' | 'search' | typeof BEYOND;
  name: string;
  variants: (side: Side) => Promise<string[]> | string[];
}

/** Cursors at some depths of an order. */
async function cursors({ database, count }: Side, sign: string, order: PatientOrder): Promise<string[]> {
  const field = `orders.${order}`;
  return Promise.all(
    DEPTHS.map(async (depth) => {
      const [patient] = await patientModel(database)
        .find({ facets: ALL }, { orders: 1 })
        .sort({ [field]: 1 })
        .hint(`by-${order}`)
        .skip(Math.floor(depth * count))
        .limit(1)
        .lean<Pick<StoredPatient, 'orders'>[]>();
      return encodeCursor([`${sign}${order}`, patient?.orders[order]]);
    }),
  );
}

const fixed = (group: Query['group'], ...variants: string[]): Query => ({
  group,
  name: variants[0] ?? '',
  variants: () => variants,
});
const [rare, common] = [CONDITIONS[2], CONDITIONS[11]];
export const QUERIES: Query[] = [
  ...PATIENT_ORDERS.flatMap((order) => [fixed('first page', `sort=${order}`), fixed('first page', `sort=-${order}`)]),
  ...PATIENT_ORDERS.flatMap((order) =>
    ['', '-'].map((sign): Query => ({
      group: 'deep page',
      name: `sort=${sign}${order}&cursor=…`,
      variants: async (side) =>
        (await cursors(side, sign, order)).map((cursor) => `sort=${sign}${order}&cursor=${cursor}`),
    })),
  ),
  fixed('filter', 'sex=female', 'sex=male'),
  fixed('filter', 'isActive=false'),
  fixed('filter', 'city=City%203', 'city=City%207', 'city=city%2012'),
  fixed('filter', 'state=State%201', 'state=state%204'),
  fixed('filter', 'birthDateFrom=1980-01-01', 'birthDateFrom=1950-06-01'),
  fixed('filter', 'birthDateTo=1990-12-31', 'birthDateTo=1960-01-01'),
  fixed('filter', 'birthDateFrom=1960-01-01&birthDateTo=1964-12-31', 'birthDateFrom=1980-01-01&birthDateTo=1984-12-31'),
  fixed('filter', 'city=City%203&sex=female&isActive=true'),
  fixed('filter', 'birthDateFrom=1960-01-01&birthDateTo=1964-12-31&sex=male'),
  fixed('search', ...SYLLABLES.map((syllable) => `q=${syllable}`)),
  fixed('search', ...SYLLABLES.map((syllable) => `q=${syllable}%20${syllable.slice(0, 1)}`)),
  fixed('search', 'q=ba%20ce', 'q=di%20fo', 'q=gu%20la'),
  fixed('search', 'q=ba&sex=female', 'q=ce&sex=male'),
  {
    group: 'search',
    name: 'q=(an SSN)',
    variants: ({ count }) => DEPTHS.map((depth) => `q=${ssnOf(Math.floor(depth * count))}`),
  },
  {
    group: 'search',
    name: 'q=(an identifier)',
    variants: ({ count }) => DEPTHS.map((depth) => `q=${identifierOf(Math.floor(depth * count))}`),
  },
  fixed('search', `condition=${rare[0]}`, `condition=${common[0]}`),
  fixed('search', 'condition=sinusitis', 'condition=gingivitis'),
  fixed('search', 'condition=chronic%20sinusitis', 'condition=heart%20disease'),
  fixed('search', 'condition=disorder'),
  fixed('search', `condition=${rare[0]}&city=City%203`),
  fixed('search', `condition=${rare[0]}&q=ba`),
  fixed(BEYOND, 'q=ba&sort=birthDate', 'q=ce&sort=-birthDate'),
  fixed(BEYOND, 'q=ba%20ce&sort=-createdAt', 'q=di%20fo&sort=createdAt'),
  fixed(BEYOND, `condition=${rare[0]}&sort=-updatedAt`),
  fixed(BEYOND, 'birthDateFrom=1960-01-01&birthDateTo=1964-12-31&sort=name'),
];
