/**
 * Another ECG under the traces of the present one: which of its leads lie where, and how it is moved in time. It is
 * loaded as it is needed, like the present one.
 */
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { isChestLead } from '../../../src/paper/scale.ts';
import type { Under, UnderLead } from '../painter.ts';
import type { Scene } from '../scene.ts';
import type { Laid as LaidEcg, Viewer } from '../viewer.ts';
import { beatDistance, type ValueAt } from './beats.ts';
import { type Matched, matched, shownOf, underScale } from './matching.ts';

/** How far one step moves it, in seconds; `sample`: one of its samples; `window`: all that is visible. */
export const STEPS = ['sample', 'smallBox', 'largeBox', 'second', 'window'] as const;
export type Step = (typeof STEPS)[number];

export class Laid implements LaidEcg {
  readonly present: Viewer;
  readonly other: Viewer;
  readonly matched: Matched;
  /** Seconds from a time of the present ECG to that of the other one at the same place. */
  readonly shift: Signal<number>;
  readonly step: Signal<Step> = signal('smallBox');
  readonly picture: ReadonlySignal<Under>;
  readonly text: ReadonlySignal<string>;
  /** What of it is visible, in its own time; null: nothing. */
  readonly shown: ReadonlySignal<{ from: number; to: number } | null>;
  readonly #end: () => void;

  /** Its beginning lies at the beginning of the window. @param text what lies there, in words; reads signals */
  constructor(viewer: Viewer, other: Viewer, text: (laid: Laid) => string) {
    this.present = viewer;
    this.other = other;
    this.matched = matched(viewer.channels, other.channels);
    this.shift = signal(-viewer.window.peek().from);
    this.text = computed(() => text(this));
    this.shown = computed(() => shownOf(viewer.window.value, this.shift.value, other.duration));
    const leads = computed(() => this.#leads(viewer.scene.value));
    this.picture = computed(() => ({ waveforms: other.waveforms, leads: leads.value, shift: this.shift.value }));
    this.#end = effect(() => {
      const scene = viewer.scene.value;
      const { from, to } = viewer.window.value;
      void other.waveforms.revision.value;
      const shift = this.shift.value;
      if (scene) other.waveforms.want(from + shift, to + shift, scene.pixelsPerSecond);
    });
  }

  /** Moves it on the paper; later times of it come where it is moved to the left. */
  move(direction: 1 | -1, isFine = false): void {
    this.shift.value -= direction * this.#seconds(isFine ? 'sample' : this.step.peek());
  }

  /** Brings a time of it to the beginning of the window. */
  begin(time: number): void {
    this.shift.value = time - this.present.window.peek().from;
  }

  /**
   * Lays a beat on that of the present ECG which is nearest to the caliper, or to the middle of the window. Compared is
   * the selected lead. @returns whether both have one there
   */
  alignBeats(): boolean {
    const { selected, caliper, window } = this.present;
    const pair = this.matched.pairs.find((one) => one.present === selected.peek()) ?? this.matched.pairs[0];
    if (!pair) return false;
    const placed = caliper.peek();
    const { from, to } = window.peek();
    const near = placed ? placed[placed.active].sample / this.present.rateOf(placed.channel) : (from + to) / 2;
    const shift = this.shift.peek();
    const ofOther = valuesOf(this.other, pair.other);
    const distance = beatDistance(valuesOf(this.present, pair.present), (time) => ofOther(time + shift), near);
    if (distance === null) return false;
    this.shift.value = shift + distance;
    return true;
  }

  /** Does not close the other ECG. */
  close(): void {
    this.#end();
  }

  #seconds(step: Step): number {
    if (step === 'sample') return 1 / Math.max(...this.other.channels.map(({ samplingRate }) => samplingRate));
    if (step === 'window') return this.present.scene.peek()?.seconds ?? 1;
    return { smallBox: 0.04, largeBox: 0.2, second: 1 }[step];
  }

  #leads(scene: Scene | null): (UnderLead | null)[] {
    return this.present.channels.map((channel, number) => {
      const pair = this.matched.pairs.find(({ present }) => present === number);
      const strip = scene?.strips.find((one) => one.channel === number);
      const other = pair && this.other.channels[pair.other];
      if (!scene || !pair || !strip || !other) return null;
      const { pixelsPerMm: mm, gain, gainV } = scene;
      const { height, base } = underScale(
        channel,
        other,
        { ...strip, height: strip.height / mm },
        this.other.extents[pair.other] ?? null,
        isChestLead(channel) ? gainV : gain,
      );
      const { gain: unitsPer, zeroLevel } = this.other.channelAt(pair.other);
      const { samplingRate } = other;
      return { number: pair.other, gain: unitsPer, zeroLevel, samplingRate, height: height * mm, base };
    });
  }
}

/** The values of a channel between its samples, too. */
function valuesOf(viewer: Viewer, channel: number): ValueAt {
  const rate = viewer.rateOf(channel);
  return (time) => {
    const place = time * rate;
    const before = Math.floor(place);
    const [low, high] = [viewer.valueAt(channel, before), viewer.valueAt(channel, before + 1)];
    return low + (high - low) * (place - before);
  };
}
