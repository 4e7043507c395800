/**
 * The state of the viewer: the recording, what of it is visible and how, and what is selected and measured. Panels read
 * its signals and call its methods; the stage draws it.
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { usualLayout } from '../../src/paper/layouts.ts';
import type { Extent, Layout, PaperChannel } from '../../src/paper/types.ts';
import { millivolts } from '../../src/signal/units.ts';
import type { Schemas } from '../api/client.ts';
import { repeated } from '../api/sending.ts';
import { preferences } from '../preferences.ts';
import { type Caliper, type Point, type Reading, readingOf } from './calipers.ts';
import { Checks } from './checks.ts';
import { Counts, type Insights, insightsOf } from './counts.ts';
import { waveformOf } from './decode.ts';
import { Events, marksOf } from './events.ts';
import { durationOf } from './identity-text.ts';
import { hasRate, leadsOf } from './leads.ts';
import { samplesAtOnce } from './levels.ts';
import type { Under } from './painter.ts';
import type { Calculated } from './panels/calculated.ts';
import { originOf, type Scene, sceneOf, type Stage, traceMm } from './scene.ts';
import { boundedFrom, boundedSpeed, fromKeeping, STANDARD_SPEED, type View } from './view.ts';
import { Waveforms } from './waveforms.ts';

export type Ecg = Schemas['Ecg'];
/** What a panel beside the paper gets. */
export interface PanelProps {
  viewer: Viewer;
}

export type EcgChannel = Ecg['channels'][number];

/** Another ECG of the patient, and where it is shown. */
export interface Compared {
  id: string;
  place: 'beside' | 'over';
}

/** Another ECG that is drawn under the traces of this one. */
export interface Laid {
  picture: ReadonlySignal<Under>;
  /** What lies there, in words. */
  text: ReadonlySignal<string>;
  /** Moves it in time. @param direction 1: to the right @param isFine by one sample */
  move: (direction: 1 | -1, isFine: boolean) => void;
}

/** Below this width, in CSS pixels, columns beside each other would be too narrow. */
const NARROW = 600;

export class Viewer {
  /** The recording with its version; replaced when it was changed. */
  readonly ecg: Signal<Ecg>;
  readonly duration: number;
  readonly waveforms: Waveforms;
  readonly events: Events;
  readonly counts: Counts;
  readonly checks: Checks;
  readonly view: Signal<View>;
  /** The room for the paper; null until it is measured. */
  readonly stage: Signal<Stage | null> = signal(null);
  /** Number of the channel that keys, calipers, overview and trend are about. */
  readonly selected: Signal<number>;
  readonly caliper: Signal<Caliper | null> = signal(null);
  /** Whether the next drag draws a new caliper. */
  readonly placing = signal(false);
  /** Physical, in the unit of the channels: values within it do not change the sign. */
  readonly deadBand = signal(0);
  /** Whether zero lines and a tick at every crossing are drawn. */
  readonly showsCrossings = signal(true);
  readonly showsEvents = signal(true);
  /** The dialog that is open. */
  readonly dialog: Signal<'help' | 'jump' | 'table' | 'export' | null> = signal(null);
  /** Another ECG that is to be shown beside or over this one; null: none. */
  readonly compared: Signal<Compared | null> = signal(null);
  /** That ECG, once it is loaded and lies over this one. */
  readonly laid: Signal<Laid | null> = signal(null);
  /** The time of the mark that was visited last, in seconds; null after the window was moved otherwise. */
  event: number | null = null;

  readonly scene: ReadonlySignal<Scene | null>;
  /** Seconds of the recording that are visible, half-open. */
  readonly window: ReadonlySignal<{ from: number; to: number }>;
  /** What the caliper measures. */
  readonly reading: ReadonlySignal<Reading | null>;
  /** Whether leads that the recording lacks are drawn, too. */
  readonly showsCalculated: Signal<boolean>;
  /** Those that are drawn, by number: all with a sampling rate. */
  readonly channels: readonly PaperChannel[];
  /** The channels, and after them the leads that can be calculated. */
  readonly leads: readonly PaperChannel[];
  /** Null: none. */
  readonly calculated: Calculated | null;
  /** Names of those that are not drawn, because without a sampling rate they have no times. */
  readonly timeless: readonly string[];
  /** Lowest and highest values, by channel; null if they are not known or not typical. */
  readonly extents: readonly (Extent | null)[];
  /** The place of each drawn channel in the recording. */
  readonly #places: readonly number[];
  readonly #ends: (() => void)[] = [];

  /** @param whole insights into all channels @param calculated null: none */
  constructor(ecg: Ecg, whole: Insights, calculated: Calculated | null) {
    this.ecg = signal(ecg);
    this.duration = durationOf(ecg.channels);
    const drawn = leadsOf(ecg.channels, whole.channels);
    this.channels = drawn.channels;
    this.timeless = drawn.timeless;
    this.#places = drawn.places;
    this.calculated = calculated;
    this.extents = [...drawn.extents, ...(calculated?.extents ?? [])];
    this.leads = [...this.channels, ...(calculated?.channels ?? [])];
    // They complete the twelve leads; elsewhere they are drawn on request.
    this.showsCalculated = signal(
      this.calculated !== null && this.#usualLayout(STANDARD_SPEED, this.leads) !== 'stacked',
    );
    const rates = this.leads.map(({ samplingRate }) => samplingRate);
    this.waveforms = new Waveforms({ duration: this.duration, rates }, (query, level, stop) => {
      const isAsked = this.showsCalculated.peek() && this.#areCalculated(level);
      const only = this.#only(isAsked ? this.leads : this.channels);
      return waveformOf(ecg.id, { ...query, ...only, ...(isAsked && { calculated: true }) }, stop);
    });
    this.events = new Events(ecg.annotations, this.duration, (query, stop) => marksOf(ecg.id, query, stop));
    const timed = { ...whole, channels: whole.channels.filter(hasRate) };
    this.counts = new Counts(timed, (query, stop) =>
      insightsOf(ecg.id, { ...query, ...this.#only(this.channels) }, stop),
    );
    this.checks = new Checks(ecg.id);
    const usual = preferences.peek();
    this.view = signal({
      from: 0,
      speed: usual.speed,
      gain: usual.gain,
      halfGainV: usual.halfGainV,
      layout: usual.layout === 'usual' ? this.#usualLayout(usual.speed) : usual.layout,
    });
    this.selected = signal(
      Math.max(
        0,
        this.channels.findIndex(({ lead }) => lead === 'II'),
      ),
    );

    const paper = computed(() => {
      const { speed, gain, halfGainV, layout } = this.view.value;
      return `${speed}/${gain}/${halfGainV}/${layout}`;
    });
    // A scene does not depend on the place in the recording: it stays the same while the window moves.
    this.scene = computed(() => {
      const stage = this.stage.value;
      const shown = this.showsCalculated.value ? this.leads : this.channels;
      if (!stage || !paper.value) return null;
      const scene = sceneOf(shown, this.extents, this.view.peek(), stage, this.duration);
      if (!this.#areCalculated(this.waveforms.levelFor(scene.pixelsPerSecond)))
        for (const strip of scene.strips) if (this.isCalculated(strip.channel)) strip.channel = null;
      return scene;
    });
    this.window = computed(() => {
      const scene = this.scene.value;
      if (!scene) return { from: 0, to: Math.min(10, this.duration) };
      const from = originOf(this.view.value, scene) / scene.pixelsPerSecond;
      return { from, to: Math.min(this.duration, from + scene.seconds) };
    });
    this.reading = computed(() => {
      const caliper = this.caliper.value;
      return caliper && readingOf(caliper, this.rateOf(caliper.channel));
    });
    this.#ends.push(
      effect(() => {
        const scene = this.scene.value;
        const { from, to } = this.window.value;
        void this.waveforms.revision.value;
        if (scene) this.waveforms.want(from, to, scene.pixelsPerSecond);
      }),
      effect(() => {
        void this.waveforms.revision.value;
        this.#completeCaliper();
      }),
      effect(() => {
        if (!this.scene.value) return;
        const { from, to } = this.window.value;
        this.counts.want(from, to, this.deadBand.value);
        this.events.want(from, to);
      }),
    );
  }

  /** Ends all that is under way. */
  close(): void {
    for (const end of this.#ends) end();
    this.waveforms.close();
    this.events.close();
    this.counts.close();
    this.checks.close();
  }

  rateOf = (channel: number): number => this.leads[channel]?.samplingRate ?? 1;

  /** Whether a lead is calculated: it cannot be selected, measured or marked. */
  isCalculated = (channel: number | null): boolean => channel !== null && channel >= this.channels.length;

  /** Whether there are calculated leads, and the windows of a level of detail are short enough for them. */
  #areCalculated = (level: number): boolean => this.calculated?.isWithin(samplesAtOnce(level)) === true;

  channelAt = (channel: number): EcgChannel =>
    this.calculated?.channels[channel - this.channels.length] ??
    (this.ecg.value.channels[this.#places[channel] as number] as EcgChannel);

  /** Names channels in a request, if they are not all that the recording has. */
  #only(channels: readonly PaperChannel[]): { channels?: string } {
    return this.timeless.length === 0 ? {} : { channels: repeated(channels.map(({ name }) => name)) };
  }

  /** Moves the window. @param from seconds */
  moveTo(from: number): void {
    const scene = this.scene.peek();
    const seconds = scene?.seconds ?? 0;
    const bounded = boundedFrom(from, seconds, this.duration);
    if (bounded !== this.view.peek().from) this.view.value = { ...this.view.peek(), from: bounded };
  }

  moveBy(seconds: number): void {
    this.event = null;
    this.moveTo(this.view.peek().from + seconds);
  }

  /** Shows a time in the middle of the window. */
  centre(time: number): void {
    this.moveTo(time - (this.scene.peek()?.seconds ?? 0) / 2);
  }

  /**
   * Changes the speed, and keeps a time where it is.
   * @param speed mm/s, bounded
   * @param pixels device pixels from the beginning of the window to what stays; without it the middle
   */
  setSpeed(speed: number, pixels?: number): void {
    const scene = this.scene.peek();
    const stage = this.stage.peek();
    if (!scene || !stage) return;
    const bounded = boundedSpeed(speed, this.duration, traceMm(stage));
    const anchor = pixels ?? scene.columns / 2;
    const time = this.view.peek().from + anchor / scene.pixelsPerSecond;
    const from = fromKeeping(time, anchor, bounded * stage.pixelsPerMm);
    batch(() => {
      this.view.value = { ...this.view.peek(), speed: bounded, from };
      this.moveTo(from);
    });
  }

  setGain(gain: number): void {
    this.view.value = { ...this.view.peek(), gain };
  }

  setHalfGainV(halfGainV: boolean): void {
    this.view.value = { ...this.view.peek(), halfGainV };
  }

  setLayout(layout: Layout): void {
    batch(() => {
      this.view.value = { ...this.view.peek(), layout };
      this.moveTo(this.view.peek().from);
    });
  }

  /** Draws the calculated leads, or no longer. */
  toggleCalculated(): void {
    this.showsCalculated.value = !this.showsCalculated.peek();
    // What was loaded before lacks them.
    if (this.showsCalculated.peek()) this.waveforms.reload();
  }

  /** Back to the usual paper. */
  reset(): void {
    this.setSpeed(STANDARD_SPEED);
  }

  /** Gives the paper another size: the seconds that are visible follow. */
  resize(stage: Stage): void {
    const isFirst = this.stage.peek() === null;
    batch(() => {
      this.stage.value = stage;
      if (isFirst && stage.width / stage.ratio < NARROW && preferences.peek().layout === 'usual')
        this.view.value = {
          ...this.view.peek(),
          layout: this.#usualLayout(50) === '3x4' ? '12x1' : this.view.peek().layout,
        };
    });
    this.moveTo(this.view.peek().from);
  }

  /** The physical value of a sample; NaN if it is missing or not loaded. */
  valueAt(channel: number, sample: number): number {
    const rate = this.rateOf(channel);
    const time = sample / rate;
    const pieces = this.waveforms.samples(channel, time, time + 0.5 / rate);
    for (const { first, low, missing } of pieces ?? []) {
      const stored = low[sample - first];
      if (stored === undefined || stored === missing) continue;
      const { gain, zeroLevel } = this.channelAt(channel);
      return (stored - zeroLevel) / gain;
    }
    return NaN;
  }

  /** The sample of a channel at a time, with its value; NaN if the picture is too coarse to know it. */
  pointAt(channel: number, time: number): Point {
    const last = this.channelAt(channel).samples - 1;
    const sample = Math.max(0, Math.min(last, Math.round(time * this.rateOf(channel))));
    return { sample, value: this.valueAt(channel, sample) };
  }

  /** Values of a caliper that was placed before its samples were there. */
  #completeCaliper(): void {
    const caliper = this.caliper.peek();
    if (!caliper) return;
    const known = (point: Point): Point =>
      point.value === point.value ? point : { ...point, value: this.valueAt(caliper.channel, point.sample) };
    const [a, b] = [known(caliper.a), known(caliper.b)];
    if (a.value !== caliper.a.value || b.value !== caliper.b.value) this.caliper.value = { ...caliper, a, b };
  }

  /** A small step of a value: 10 µV, or one stored unit. */
  valueStep(channel: number): number {
    const { unit, gain, calibrated } = this.channelAt(channel);
    const factor = calibrated ? millivolts(unit) : null;
    return factor === null ? 1 / Math.abs(gain) : 0.01 / factor;
  }

  setCaliper(caliper: Caliper | null): void {
    this.caliper.value = caliper;
    if (caliper) this.selected.value = caliper.channel;
    else this.placing.value = false;
  }

  /** Moves the window if a sample of a channel is not visible. */
  show(sample: number, channel: number): void {
    const time = sample / this.rateOf(channel);
    const { from, to } = this.window.peek();
    if (time < from || time >= to) this.centre(time);
  }

  #usualLayout(speed: number, leads = this.showsCalculated.peek() ? this.leads : this.channels): Layout {
    return usualLayout(leads, { from: 0, to: this.duration }, speed);
  }
}
