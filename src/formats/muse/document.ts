/** Interprets the elements of a GE MUSE document. */
import { figure } from '../common/messages.ts';
import { EcgDocument } from '../common/xml/ecg-document.ts';
import { type DecoderEvent, type DecoderLimits, MAX_ANNOTATIONS_A_RUN } from '../types.ts';
import { Description } from './description.ts';
import * as failures from './failure.ts';
import { Marks } from './marks.ts';
import { RHYTHM, Waveform } from './waveform.ts';

export const ROOT = 'RestingECG';
const LEAD = 'Waveform/LeadData';
const SAMPLES = `${LEAD}/WaveFormData`;
const MARK = 'QRSTimesTypes/QRS';

export class MuseDocument extends EcgDocument {
  readonly #description: Description;
  readonly #marks = new Marks(this.fail);
  #waveform: Waveform | null = null;
  /** A complete waveform that is not yet described: what belongs to it may follow. */
  #complete: Waveform | null = null;
  #hasRhythm = false;
  /** How often each part occurred. */
  readonly #parts = new Map<string, number>();

  constructor(limits: DecoderLimits) {
    super(ROOT, limits, failures);
    this.#description = new Description(limits, this.fail);
  }

  protected override opened(path: string): void {
    if (path === 'Waveform') {
      this.#describe(false);
      this.#waveform = new Waveform(this.limits, this.fail);
    } else if (path === LEAD) this.#waveform?.openLead();
    else if (path === SAMPLES) {
      if ((this.#waveform?.lead?.samples ?? 0) > 0) throw this.fail('A lead must have its samples only once.');
      this.beginSamples();
    } else this.#description.open(path);
  }

  protected override closed(path: string, text: string): void {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const name = path.slice(parent.length + 1);
    if (path === LEAD) this.#endLead();
    else if (path === 'Waveform') this.#endWaveform();
    else if (parent === LEAD) this.#waveform?.lead?.field(name, text);
    else if (parent === 'Waveform') this.#waveform?.field(name, text);
    else if (path === MARK) this.#marks.close();
    else if (parent === MARK) this.#marks.field(name, text);
    else this.#description.close(path, text);
  }

  protected override *takeSamples(): Generator<DecoderEvent, void, void> {
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

  protected override finish(): void {
    this.#describe(true);
    if (this.described === 0) throw this.fail('The document contains no samples of a lead.');
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
    else this.warnings.push(`The ${waveform.part} has no samples and was not kept.`);
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
    this.describe(
      {
        externalId: null,
        date: this.#description.date(warnings),
        channels: waveform.described(),
        notes: this.#description.notes(warnings),
        subject: this.#description.subject(warnings),
        part: this.#partOf(waveform),
        warnings,
      },
      isLast,
    );
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
