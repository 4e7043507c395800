/** Audit events of every kind: indexes by subject and by time. */
import type { Migration } from './migration.ts';

export const audit: Migration = {
  name: '0011-audit',
  async up(db) {
    const events = db.collection('auditEvents');
    await events.createIndexes([
      { name: 'resource', key: { resource: 1, id: 1, at: 1 } },
      { name: 'time', key: { at: 1 } },
    ]);
    await dropped(events, 'id');
  },
  async down(db) {
    const events = db.collection('auditEvents');
    await events.createIndexes([{ name: 'id', key: { id: 1, at: 1 } }]);
    for (const name of ['resource', 'time']) await dropped(events, name);
  },
};

type Events = ReturnType<Parameters<Migration['up']>[0]['collection']>;

/** The index may already have been dropped by an interrupted run. */
async function dropped(events: Events, name: string): Promise<void> {
  if (await events.indexExists(name)) await events.dropIndex(name);
}
