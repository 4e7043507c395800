/** Interprets the elements of a GE MUSE document. */
import { figure, quoted } from '../common/messages.ts';
import { Base64Text } from '../common/xml/base64-text.ts';
import type { Base64Document } from '../common/xml/base64-document.ts';
import { Leaves } from '../common/xml/leaves.ts';
import { type DecoderEvent, type DecoderLimits, type FormatError, MAX_ANNOTATIONS_A_RUN } from '../types.ts';
import { Description } from './description.ts';
import { contentError } from './failure.ts';
import { Marks } from './marks.ts';
import { RHYTHM, Waveform } from './waveform.ts';

export const ROOT = 'RestingECG';
const LEAD = 'Waveform/LeadData';
const SAMPLES = `${LEAD}/WaveFormData`;
const MARK = 'QRSTimesTypes/QRS';

export class MuseDocument implements Base64Document {
  readonly events: DecoderEvent[] = [];
  readonly base64 = new Base64Text((at, reason) => contentError(this.offset() === null ? null : at, reason));
  inSamples = false;
  readonly #fail = (reason: string): FormatError => contentError(this.offset(), reason);
  readonly #limits: DecoderLimits;
  readonly #leaves: Leaves;
  readonly #description: Description;
  readonly #marks = new Marks(this.#fail);
  #waveform: Waveform | null = null;
  /** A complete waveform that is not yet described: what belongs to it may follow. */
  #complete: Waveform | null = null;
  #described = 0;
  #hasRhythm = false;
  /** How often each part occurred. */
  readonly #parts = new Map<string, number>();
  readonly #warnings: string[] = [];

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
    this.#leaves = new Leaves(limits, this.#fail);
    this.#description = new Description(limits, this.#fail);
  }

  offset = (): number | null => null;

  open(name: string): void {
    if (this.inSamples) throw this.#fail('Samples may contain base64 only.');
    this.#leaves.open(name);
    if (this.#leaves.path === name && name !== ROOT)
      throw this.#fail(`The document must be a ${ROOT}, but is ${quoted(name)}.`);
    const path = this.#path();
    if (path === 'Waveform') {
      this.#describe(false);
      this.#waveform = new Waveform(this.#limits, this.#fail);
    } else if (path === LEAD) this.#waveform?.openLead();
    else if (path === SAMPLES) this.#beginSamples();
    else this.#description.open(path);
  }

  text(text: string): void {
    if (this.inSamples) throw this.#fail('Samples may contain base64 only.');
    this.#leaves.add(text);
  }

  close(): void {
    const path = this.#path();
    const { text } = this.#leaves.close();
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const name = path.slice(parent.length + 1);
    if (path === SAMPLES) this.#endSamples();
    else if (path === LEAD) this.#endLead();
    else if (path === 'Waveform') this.#endWaveform();
    else if (parent === LEAD) this.#waveform?.lead?.field(name, text);
    else if (parent === 'Waveform') this.#waveform?.field(name, text);
    else if (path === MARK) this.#marks.close();
    else if (parent === MARK) this.#marks.field(name, text);
    else this.#description.close(path, text);
  }

  *takeSamples(): Generator<DecoderEvent, void, void> {
    const waveform = this.#waveform;
    const { lead, channel = 0 } = waveform ?? {};
    const bytes = this.base64.take();
    if (waveform === null || lead == null || bytes.length === 0) return;
    const isFirst = lead.samples === 0;
    const samples = lead.add(bytes);
    if (samples.length === 0) return;
    if (isFirst && waveform.hasRate) yield { kind: 'sampling-rate', channel, samplingRate: waveform.samplingRate };
    yield { kind: 'samples', channel, samples };
  }

  finish(): void {
    this.#describe(true);
    if (this.#described === 0) throw this.#fail('The document contains no samples of a lead.');
  }

  /** Without the root. */
  #path(): string {
    return this.#leaves.path.slice(ROOT.length + 1);
  }

  #beginSamples(): void {
    if ((this.#waveform?.lead?.samples ?? 0) > 0) throw this.#fail('A lead must have its samples only once.');
    this.base64.begin();
    this.inSamples = true;
  }

  #endSamples(): void {
    this.inSamples = false;
    if (!this.base64.finish()) throw this.#fail('The base64 of a lead ends within a byte. Export the file again.');
    this.events.push(...this.takeSamples());
  }

  #endLead(): void {
    const { channel = 0 } = this.#waveform ?? {};
    if (this.#waveform?.closeLead() === true) this.events.push({ kind: 'channel-end', channel });
  }

  #endWaveform(): void {
    const waveform = this.#waveform;
    this.#waveform = null;
    if (waveform === null) return;
    waveform.close();
    if (waveform.channel > 0) this.#complete = waveform;
    else this.#warnings.push(`The ${waveform.part} has no samples and was not kept.`);
  }

  /** Describes the complete waveform, if there is one. @param isLast whether the document has ended */
  #describe(isLast: boolean): void {
    const waveform = this.#complete;
    if (waveform === null) return;
    this.#complete = null;
    const warnings = [...waveform.warnings];
    // The marks belong to the first rhythm.
    if (waveform.part === RHYTHM && !this.#hasRhythm) {
      this.#hasRhythm = true;
      this.#pushMarks(waveform, warnings);
    } else if (isLast && this.#marks.left > 0)
      warnings.push(`${figure(this.#marks.left)} QRS marks that follow the rhythm were not kept.`);
    const recording = {
      externalId: null,
      date: this.#description.date(warnings),
      channels: waveform.described(),
      patient: null,
      study: null,
      notes: this.#description.notes(warnings),
      subject: this.#description.subject(warnings),
      part: isLast && this.#described === 0 ? null : this.#partOf(waveform),
      warnings: [...warnings, ...this.#warnings.splice(0)],
    };
    this.#described++;
    this.events.push({ kind: 'recording', recording });
  }

  #pushMarks(waveform: Waveform, warnings: string[]): void {
    const marks = this.#marks.take(waveform.duration, warnings);
    for (let from = 0; from < marks.length; from += MAX_ANNOTATIONS_A_RUN)
      this.events.push({ kind: 'annotations', annotations: marks.slice(from, from + MAX_ANNOTATIONS_A_RUN) });
  }

  #partOf({ part }: Waveform): string {
    const count = (this.#parts.get(part) ?? 0) + 1;
    this.#parts.set(part, count);
    return count === 1 ? part : `${part} ${count}`;
  }
}
