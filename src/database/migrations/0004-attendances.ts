/**
 * Attendances: unique by external id; listed by deadline, attendance or external id; filtered by patient or state. The
 * deadline index contains all fields of the indicators, so that a year is counted without reading any document.
 */
import type { Migration } from './migration.ts';

const NAMED = ['clients', 'technicians', 'bases'];

export const attendances: Migration = {
  name: '0004-attendances',
  async up(db) {
    await db.collection('attendances').createIndexes([
      { name: 'externalId', key: { externalId: 1 }, unique: true },
      { name: 'deadline', key: { deadline: 1, _id: 1, technician: 1, base: 1, state: 1 } },
      { name: 'client', key: { client: 1, deadline: 1, _id: 1 } },
      { name: 'technician', key: { technician: 1, deadline: 1, _id: 1 } },
      { name: 'base', key: { base: 1, deadline: 1, _id: 1 } },
      { name: 'state', key: { state: 1, deadline: 1, _id: 1 } },
      { name: 'attendedAt', key: { attendedAt: 1, _id: 1 } },
    ]);
    for (const name of NAMED) {
      await db.collection(name).createIndexes([
        { name: 'key', key: { key: 1 }, unique: true },
        { name: 'searchWords', key: { searchWords: 1, key: 1 } },
      ]);
    }
  },
  async down(db) {
    for (const name of ['attendances', ...NAMED]) await db.collection(name).dropIndexes();
  },
};
