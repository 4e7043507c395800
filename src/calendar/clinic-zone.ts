/** The clinic's time zone: what its calendar and its clocks say as instants. Pure. */
import { IANAZone } from 'luxon';
import { dayNumber } from './business-days.ts';
import { UnreadableMoment, type WrittenMoment } from './moment.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Wherever on earth, a day named D begins at most this long before D begins in UTC, and ends at most this long after it ends there. */
const EARLIEST_MS = 14 * HOUR_MS;
const LATEST_MS = 12 * HOUR_MS;
/** Days whose offsets are remembered. Asking luxon for each of the 200,000 moments of a file would take seconds. */
const REMEMBERED = 4_096;

/** An instant, and the calendar day if only a day was written. */
export interface Moment {
  at: Date;
  /** `2026-01-15`, or null where there was a time. */
  date: string | null;
}

/** What a date alone stands for. */
export type Edge = 'start' | 'end';

/** The calendar and the clocks of one time zone. Made once for all who use it: it remembers what it has worked out. */
export class ClinicZone {
  /** As in `CLINIC_TIMEZONE`. */
  readonly name: string;
  readonly #zone: IANAZone;
  readonly #offsets = new Map<number, readonly [number, number]>();

  constructor(name: string) {
    this.name = name;
    this.#zone = IANAZone.create(name);
  }

  /** The first instant of a calendar day: not always midnight, where clocks are put forward then. */
  startOfDay(date: string): Date {
    return this.#startOfDay(dayNumber(date));
  }

  /** The last millisecond of a calendar day. */
  endOfDay(date: string): Date {
    return new Date(this.startOfNextDay(date).getTime() - 1);
  }

  /** The first instant of the day after. */
  startOfNextDay(date: string): Date {
    return this.#startOfDay(dayNumber(date) + 1);
  }

  /** The instant of what was written. @throws UnreadableMoment for a time that the clocks of the zone skipped or showed twice */
  moment({ date, time, offset }: WrittenMoment, edge: Edge): Moment {
    if (time === null) return { at: edge === 'start' ? this.startOfDay(date) : this.endOfDay(date), date };
    const clock = dayNumber(date) * DAY_MS + time;
    if (offset !== null) return { at: new Date(clock - offset), date: null };
    const [instant, another] = this.#instants(clock);
    if (instant === undefined) throw new UnreadableMoment(`names a time that clocks skipped in ${this.name}`);
    if (another !== undefined)
      throw new UnreadableMoment(
        `names a time that clocks repeated in ${this.name}: write it with its offset, such as 2026-01-15T14:30:00-03:00`,
      );
    return { at: new Date(instant), date: null };
  }

  #startOfDay(day: number): Date {
    const midnight = day * DAY_MS;
    const [before] = this.#offsetsAround(day);
    return new Date(this.#instants(midnight)[0] ?? midnight - before);
  }

  /** Every instant at which clocks show this, in order; `clock` is what they show, as if they stood in UTC. */
  #instants(clock: number): number[] {
    const [before, after] = this.#offsetsAround(Math.floor(clock / DAY_MS));
    if (before === after) return [clock - before];
    return [before, after]
      .filter((offset) => this.#offsetAt(clock - offset) === offset)
      .map((offset) => clock - offset);
  }

  /** The offsets in force before and after a calendar day: equal unless clocks are put forward or back about then. */
  #offsetsAround(day: number): readonly [number, number] {
    let known = this.#offsets.get(day);
    if (!known) {
      known = [this.#offsetAt(day * DAY_MS - EARLIEST_MS), this.#offsetAt((day + 1) * DAY_MS + LATEST_MS)];
      if (this.#offsets.size >= REMEMBERED) this.#offsets.clear();
      this.#offsets.set(day, known);
    }
    return known;
  }

  #offsetAt(instant: number): number {
    return this.#zone.offset(instant) * 60_000;
  }
}
