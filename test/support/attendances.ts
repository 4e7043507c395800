/** Seeded attendances as they are stored, for tests of searching and counting, and for benchmarks. */
import { type Connection, Types } from 'mongoose';
import { stateOf, type StoredAttendance } from '../../src/attendances/model.ts';
import { ensureNames, nameKey } from '../../src/attendances/names.ts';
import { Random } from '../../src/synth/random.ts';

const MINUTE = 60_000;

/** Their number, names and period. */
export interface Plan {
  seed: number;
  count: number;
  clients: number;
  technicians: number;
  bases: number;
  /** Deadlines are in `[from, to)`. */
  from: Date;
  to: Date;
}

/**
 * Creates the names of a plan, then its attendances one by one: of ten, about seven are on time, two late and one open.
 */
export async function seededAttendances(
  database: Connection,
  { seed, count, clients, technicians, bases, from, to }: Plan,
): Promise<Generator<StoredAttendance>> {
  const userId = new Types.ObjectId();
  const idsOf = async (kind: 'client' | 'technician' | 'base', many: number): Promise<Types.ObjectId[]> => {
    const names = Array.from({ length: many }, (_, i) => `${kind} ${i}`);
    const { ids } = await database
      .getClient()
      .withSession((session) => session.withTransaction(() => ensureNames(database, kind, names, userId, session)));
    return names.map((name) => ids.get(nameKey(name))!);
  };
  const who = {
    client: await idsOf('client', clients),
    technician: await idsOf('technician', technicians),
    base: await idsOf('base', bases),
  };
  const random = new Random(seed, 'attendances');
  const below = (limit: number): number => Math.floor(random.uniform() * limit);
  return (function* () {
    for (let i = 0; i < count; i += 1) {
      const deadline = new Date(from.getTime() + below((to.getTime() - from.getTime()) / MINUTE) * MINUTE);
      const lot = below(10);
      const attendedAt =
        lot === 0 ? null : new Date(deadline.getTime() + (lot < 8 ? -1 : 1) * below(3 * 1_440) * MINUTE);
      yield {
        _id: new Types.ObjectId(),
        externalId: `S-${seed}-${i}`,
        client: who.client[below(clients)]!,
        technician: who.technician[below(technicians)]!,
        base: who.base[below(bases)]!,
        deadline,
        deadlineDate: null,
        attendedAt,
        attendedDate: null,
        state: stateOf(deadline, attendedAt),
        version: 1,
        createdAt: from,
        createdBy: userId,
        updatedAt: from,
        updatedBy: userId,
      };
    }
  })();
}
