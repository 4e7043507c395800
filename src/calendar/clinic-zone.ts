/** The clinic's time zone: converts calendar days and clock times to instants. Pure. */
import { IANAZone } from 'luxon';
import { dayNumber } from './business-days.ts';
import { UnreadableMoment, type WrittenMoment } from './moment.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** In any time zone, a day begins at most this long before the same day in UTC, and ends at most this long after it. */
const EARLIEST_MS = 14 * HOUR_MS;
const LATEST_MS = 12 * HOUR_MS;
/** Days whose offsets are cached. Asking luxon for each of the 200,000 moments of a file would take seconds. */
const REMEMBERED = 4_096;

/** An instant, and the calendar day if only a day was written. */
export interface Moment {
  at: Date;
  /** `2026-01-15`, or null if a time was given. */
  date: string | null;
}

/** The instant that a date without a time stands for. */
export type Edge = 'start' | 'end';

/** The calendar and clocks of one time zone. Created once and shared, since it caches offsets. */
export class ClinicZone {
  /** As in `CLINIC_TIMEZONE`. */
  readonly name: string;
  readonly #zone: IANAZone;
  readonly #offsets = new Map<number, readonly [number, number]>();

  constructor(name: string) {
    this.name = name;
    this.#zone = IANAZone.create(name);
  }

  /** The first instant of a calendar day. It is not midnight if clocks are put forward at that time. */
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

  /**
   * The instant of a written moment. @throws UnreadableMoment for a time that the zone's clocks skipped or showed twice
   */
  moment({ date, time, offset }: WrittenMoment, edge: Edge): Moment {
    if (time === null) return { at: edge === 'start' ? this.startOfDay(date) : this.endOfDay(date), date };
    const clock = dayNumber(date) * DAY_MS + time;
    if (offset !== null) return { at: new Date(clock - offset), date: null };
    const [instant, another] = this.#instants(clock);
    if (instant === undefined) throw new UnreadableMoment(`names a time that clocks skipped in ${this.name}`);
    if (another !== undefined)
      throw new UnreadableMoment(
        `names a time that clocks repeated in ${this.name}: write it with its offset, such as ` +
          '2026-01-15T14:30:00-03:00',
      );
    return { at: new Date(instant), date: null };
  }

  #startOfDay(day: number): Date {
    const midnight = day * DAY_MS;
    const [before] = this.#offsetsAround(day);
    return new Date(this.#instants(midnight)[0] ?? midnight - before);
  }

  /** All instants at which clocks show this time, in order. @param clock the shown time as if it were UTC */
  #instants(clock: number): number[] {
    const [before, after] = this.#offsetsAround(Math.floor(clock / DAY_MS));
    if (before === after) return [clock - before];
    return [before, after]
      .filter((offset) => this.#offsetAt(clock - offset) === offset)
      .map((offset) => clock - offset);
  }

  /**
   * The offsets before and after a calendar day; they differ only if clocks are put forward or back around that day.
   */
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
