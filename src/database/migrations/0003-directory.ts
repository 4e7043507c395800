/**
 * The directory. Every list has an index in its order, after the facet that filters it (`directory/order.ts`).
 * Recordings are found by patient and study for any owner, since patients with recordings cannot be deleted. Earlier
 * references to patients, which were free text, are kept unchanged.
 */
import type { Migration } from './migration.ts';

const PATIENT_ORDERS = ['name', 'firstName', 'birthDate', 'city', 'createdAt', 'updatedAt'];

export const directory: Migration = {
  name: '0003-directory',
  async up(db) {
    await db.collection('patients').createIndexes([
      ...PATIENT_ORDERS.map((order) => ({
        name: `by-${order}`,
        key: { facets: 1, [`orders.${order}`]: 1 } as const,
      })),
      { name: 'search', key: { nameTerms: 1, 'orders.name': 1 } },
      { name: 'conditions', key: { 'conditionTerms.terms': 1, 'orders.name': 1 } },
      {
        name: 'identifiers',
        key: { 'identifiers.system': 1, 'identifiers.value': 1 },
        unique: true,
        partialFilterExpression: { 'identifiers.system': { $exists: true } },
      },
    ]);
    await db.collection('studies').createIndexes([
      { name: 'order', key: { facets: 1, order: 1 } },
      { name: 'patient', key: { patient: 1, order: 1 } },
      {
        name: 'importKey',
        key: { importKey: 1 },
        unique: true,
        partialFilterExpression: { importKey: { $exists: true } },
      },
    ]);
    await db.collection('encounters').createIndexes([
      { name: 'patient', key: { patient: 1, order: 1 } },
      {
        name: 'externalId',
        key: { externalId: 1 },
        unique: true,
        partialFilterExpression: { externalId: { $type: 'string' } },
      },
    ]);
    await db.collection('conditions').createIndexes([
      { name: 'patient', key: { patient: 1, order: 1 } },
      { name: 'encounter', key: { encounter: 1 }, partialFilterExpression: { encounter: { $type: 'objectId' } } },
    ]);
    await db.collection('auditEvents').createIndexes([
      { name: 'id', key: { id: 1, at: 1 } },
      { name: 'patient', key: { patient: 1, at: 1 } },
    ]);
    await db.collection('ecgs').createIndexes([
      { name: 'ofPatient', key: { patient: 1, owner: 1 }, partialFilterExpression: { patient: { $type: 'string' } } },
      { name: 'ofStudy', key: { study: 1, owner: 1 }, partialFilterExpression: { study: { $type: 'string' } } },
    ]);
  },
  async down(db) {
    for (const name of ['patients', 'studies', 'encounters', 'conditions', 'auditEvents'])
      await db.collection(name).dropIndexes();
    for (const name of ['ofPatient', 'ofStudy']) await db.collection('ecgs').dropIndex(name);
  },
};
