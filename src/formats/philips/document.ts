/** Interprets the elements of a Philips document. */
import { later } from '../common/moments.ts';
import { EcgDocument } from '../common/xml/ecg-document.ts';
import type { Attributes } from '../common/xml/markup.ts';
import { CALIBRATION_PULSE, type DecodedChannel, type DecoderEvent, type DecoderLimits } from '../types.ts';
import { Beats } from './beats.ts';
import { Description } from './description.ts';
import * as failures from './failure.ts';
import { Rhythm, runs } from './rhythm.ts';
import { signalOf, storageOf } from './signal.ts';

export const ROOT = 'restingecgdata';
const WAVEFORMS = 'waveforms/';
const RHYTHM = `${WAVEFORMS}parsedwaveforms`;
const BEATS = `${WAVEFORMS}repbeats`;
const BEAT = `${BEATS}/repbeat`;
const BEAT_SAMPLES = `${BEAT}/waveform`;
/** Other kinds of waveforms, which are not read. */
const OTHERS = ['unparsedwaveforms', 'leadwaveforms', 'vcgs'].map((name) => `${WAVEFORMS}${name}`);

/** A recording whose samples are complete. */
interface Complete {
  part: string;
  channels: DecodedChannel[];
  /** Seconds from the acquisition to its first sample. */
  offset: number;
  warnings: string[];
}

export class PhilipsDocument extends EcgDocument {
  readonly #description: Description;
  #rhythm: Rhythm | null = null;
  #beats: Beats | null = null;
  /** A complete recording that is not yet described: others may follow. */
  #complete: Complete | null = null;
  readonly #passedOver = new Set<string>();

  constructor(limits: DecoderLimits) {
    super(ROOT, limits, failures);
    this.#description = new Description(limits, this.fail);
  }

  protected override opened(path: string, attributes: Attributes): void {
    if (path === RHYTHM) this.#openRhythm(attributes);
    else if (path === BEATS) this.#openBeats(attributes);
    else if (path === BEAT) this.#openBeat(attributes);
    else if (path === BEAT_SAMPLES) this.#beginBeat(attributes);
    else if (OTHERS.includes(path)) this.#passedOver.add(path.slice(WAVEFORMS.length));
    else this.#description.open(path, attributes);
  }

  protected override closed(path: string, text: string): void {
    if (path === BEATS) this.#endBeats();
    else this.#description.close(path, text);
  }

  protected override samplesClosed(path: string): void {
    if (path === RHYTHM) this.#endRhythm();
    else if (this.#beats !== null) this.events.push(...this.#beats.end());
  }

  protected override *takeSamples(): Generator<DecoderEvent, void, void> {
    const bytes = this.base64.take();
    const reader = this.#beats ?? this.#rhythm;
    if (bytes.length > 0 && reader !== null) yield* reader.add(bytes);
  }

  protected override finish(): void {
    if (this.#complete !== null && this.#passedOver.size > 0)
      this.warnings.push(`Waveforms of another kind (${[...this.#passedOver].join(', ')}) were not kept.`);
    this.#describe(true);
    if (this.described > 0) return;
    throw this.fail(
      this.#passedOver.size === 0
        ? 'The document contains no samples.'
        : `The samples of the document are ${[...this.#passedOver].join(', ')}, which is not supported; ` +
            'parsedwaveforms are.',
    );
  }

  #openRhythm(attributes: Attributes): void {
    this.#describe(false);
    this.#rhythm = new Rhythm(signalOf(attributes, this.#description.signal, this.limits, this.fail), this.fail);
    this.beginSamples();
  }

  #endRhythm(): void {
    const rhythm = this.#rhythm as Rhythm;
    this.#rhythm = null;
    const warnings: string[] = [];
    const { channels } = rhythm.signal;
    const hasCalibration = this.#pushed(rhythm.finish(warnings));
    this.#complete = { part: 'rhythm', channels, offset: 0, warnings };
    if (!hasCalibration) return;
    this.#describe(false);
    for (const [channel, second] of rhythm.calibration.seconds.entries()) {
      const { zeroLevel, samplingRate } = channels[channel] as DecodedChannel;
      if (zeroLevel !== null && zeroLevel !== 0) this.events.push({ kind: 'zero-level', channel, zeroLevel });
      if (samplingRate !== null) this.events.push({ kind: 'sampling-rate', channel, samplingRate });
      this.events.push(...runs(channel, second), { kind: 'channel-end', channel });
    }
    const offset = (rhythm.signal.samples - rhythm.calibration.length) / rhythm.signal.samplingRate;
    this.#complete = { part: CALIBRATION_PULSE, channels, offset, warnings: [] };
  }

  #openBeats(attributes: Attributes): void {
    const storage = storageOf(attributes);
    if (storage === 'plain') {
      this.#describe(false);
      this.#beats = new Beats(attributes, this.limits, this.fail);
    } else
      this.warnings.push(
        `The representative beats were not kept: ${storage === 'XLI' ? 'they are compressed.' : storage.fault}`,
      );
  }

  /** Earlier versions have the samples directly in the element of the beat, and its duration. */
  #openBeat(attributes: Attributes): void {
    this.#beats?.open(attributes['leadname'] ?? '');
    if (attributes['duration'] !== undefined) this.#beginBeat(attributes);
  }

  #beginBeat(attributes: Attributes): void {
    if (this.#beats === null) return;
    this.#beats.begin(attributes);
    this.beginSamples();
  }

  #endBeats(): void {
    const { channels = [], warnings = [] } = this.#beats ?? {};
    this.#beats = null;
    if (channels.length > 0) this.#complete = { part: 'representative beat', channels, offset: 0, warnings };
    else this.warnings.push(...warnings);
  }

  #describe(isLast: boolean): void {
    const complete = this.#complete;
    if (complete === null) return;
    this.#complete = null;
    const description = this.#description;
    const warnings = [...description.warnings(), ...complete.warnings];
    const id = description.externalId;
    this.describe(
      {
        externalId: id === null || this.described === 0 ? id : `${id}#${this.described + 1}`,
        date: later(description.date(warnings), complete.offset),
        channels: complete.channels,
        notes: description.notes(warnings),
        subject: description.subject(warnings),
        part: complete.part,
        warnings,
      },
      isLast,
    );
  }

  /** Keeps the events. @returns what the generator returns */
  #pushed<Outcome>(events: Generator<DecoderEvent, Outcome, void>): Outcome {
    for (;;) {
      const next = events.next();
      if (next.done === true) return next.value;
      this.events.push(next.value);
    }
  }
}
