/** What the sections of an SCP-ECG file say together: its recordings, with their marks, notes and warnings. */
import { MAX_NOTES_LENGTH } from '../common/bounds.ts';
import { figure } from '../common/messages.ts';
import { type Annotation, type DecodedRecording, type DecoderLimits, FormatError } from '../types.ts';
import { type Beats, beatsOf, qrsMarks } from './beats.ts';
import { contentError, syntaxError } from './failure.ts';
import { type Header, headerOf, noHeader } from './header.ts';
import type { HuffmanTable } from './huffman.ts';
import { type Lead, type LeadDefinition, leadsOf } from './leads.ts';
import { type Measurements, measurementsOf } from './measurements.ts';
import type { Section } from './section.ts';
import { type Signals, signalsOf } from './signals.ts';
import { statementsOf } from './statements.ts';
import { tablesOf } from './tables.ts';

/** Samples of a reference beat. */
const MAX_BEAT_SAMPLES = 1 << 14;
/** The sections that are read. */
const READ: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 11]);
const LONG_TERM = 12;

/** One recording of the file. */
export interface Part {
  name: 'rhythm' | 'reference beat';
  signals: Signals;
  leads: Lead[];
  annotations: Annotation[];
  /** The samples of a lead. @throws FormatError */
  read(lead: number): Int16Array;
}

export class ScpFile {
  readonly warnings: string[] = [];
  readonly #sections: ReadonlyMap<number, Section>;
  readonly #definition: LeadDefinition;
  readonly #tables: HuffmanTable[] | null;
  readonly #header: Header;
  readonly #measurements: Measurements;
  readonly #notes: string | null;
  #parts = 0;

  constructor(sections: ReadonlyMap<number, Section>, limits: DecoderLimits) {
    this.#sections = sections;
    const tables = sections.get(2);
    this.#tables = tables === undefined ? null : tablesOf(tables);
    this.#definition = leadsOf(this.#needed(3, 'the leads'), limits);
    this.#header = this.#optional(1, (section) => headerOf(section, limits.maxMetadataBytes)) ?? noHeader();
    this.#measurements = this.#optional(7, measurementsOf) ?? { notes: [], waves: [], spikes: [] };
    this.#notes = this.#allNotes();
    this.warnings.push(...this.#definition.warnings, ...this.#header.warnings);
    for (const number of sections.keys())
      if (!READ.has(number)) this.warnings.push(`Section ${number} is not read; what it contains was not kept.`);
  }

  /** The rhythm, then the reference beat. @throws FormatError if the rhythm cannot be read as it stands */
  parts(): Part[] {
    const beats = this.#optional(4, beatsOf) ?? { referenceLength: 0, complexes: [] };
    if (this.#definition.isBeatSubtracted)
      throw contentError(
        this.#sections.get(3)?.offset ?? null,
        'A reference beat was subtracted from the rhythm data (section 3); such files are not read. Export the ' +
          'recording without beat subtraction, or in another format.',
      );
    const rhythm = this.#rhythm(beats);
    const beat = this.#referenceBeat(beats);
    const parts = [rhythm, beat].filter((part) => part !== null);
    if (parts.length === 0) throw syntaxError(null, 'The file has no rhythm data (section 6).');
    this.#parts = parts.length;
    return parts;
  }

  describe({ name, signals: { gain, samplingRate, warnings }, leads }: Part): DecodedRecording {
    const unit = gain === null ? null : 'uV';
    return {
      externalId: null,
      date: this.#header.date,
      channels: leads.map((lead) => ({
        name: lead.name,
        samplingRate,
        unit,
        gain,
        zeroLevel: gain === null ? null : 0,
      })),
      patient: null,
      study: null,
      notes: this.#notes,
      subject: this.#header.subject,
      part: this.#parts === 1 && name === 'rhythm' ? null : name,
      warnings: [...this.warnings, ...warnings],
    };
  }

  #rhythm(beats: Beats): Part | null {
    const section = this.#sections.get(6);
    if (section === undefined) {
      if (this.#sections.has(LONG_TERM))
        throw contentError(null, 'The file has long-term rhythm data only (section 12), which are not supported.');
      return null;
    }
    const { leads, origin } = this.#definition;
    const signals = signalsOf(section, leads.length, this.#tables);
    if (signals.isBimodal)
      throw contentError(
        section.offset + 5,
        'The rhythm data are compressed bimodally, with fewer samples outside the QRS complexes; such files are not ' +
          'read. Export the recording without bimodal compression, or in another format.',
      );
    const longest = Math.max(...leads.map(({ leading, samples }) => leading + samples));
    const marks = qrsMarks(beats, origin, longest, signals.samplingRate);
    if (marks.length < beats.complexes.length)
      this.warnings.push('The places of the QRS complexes (section 4) are not in the recording and were not kept.');
    const spikes = this.#measurements.spikes.filter(({ at }) => at < longest / signals.samplingRate);
    const lost = this.#measurements.spikes.length - spikes.length;
    if (lost > 0) this.warnings.push(`${figure(lost)} pacemaker spikes after the end were not kept.`);
    const annotations = [...marks, ...spikes].toSorted((a, b) => a.at - b.at);
    const read = (lead: number): Int16Array => readLead(signals, leads, lead);
    return { name: 'rhythm', signals, leads, annotations, read };
  }

  /** Null, with a warning, if it cannot be read: the rhythm does not depend on it. */
  #referenceBeat({ referenceLength }: Beats): Part | null {
    return this.#optional(5, (section) => {
      const signals = signalsOf(section, this.#definition.leads.length, this.#tables);
      const samples = Math.round((referenceLength * signals.samplingRate) / 1000);
      if (samples === 0 || samples > MAX_BEAT_SAMPLES)
        throw contentError(null, `Section 4 gives the reference beat a length of ${referenceLength} ms.`);
      const leads = this.#definition.leads.map(({ name }) => ({ name, leading: 0, samples }));
      const values = leads.map((_, lead) => readLead(signals, leads, lead));
      const annotations = this.#measurements.waves.filter(
        ({ at, duration }) => at + (duration ?? 0) <= referenceLength / 1000,
      );
      return { name: 'reference beat', signals, leads, annotations, read: (lead) => values[lead] as Int16Array };
    });
  }

  #allNotes(): string | null {
    const lines = [
      ...this.#header.notes,
      ...(this.#optional(8, (section) => statementsOf(section, this.#header.text)) ?? []),
      ...(this.#optional(11, (section) => statementsOf(section, this.#header.text)) ?? []),
      ...this.#measurements.notes,
    ];
    const notes = lines.join('\n');
    if (notes.length > MAX_NOTES_LENGTH)
      this.warnings.push(`The notes were cut to ${figure(MAX_NOTES_LENGTH)} characters.`);
    return notes === '' ? null : notes.slice(0, MAX_NOTES_LENGTH);
  }

  #needed(number: number, what: string): Section {
    const section = this.#sections.get(number);
    if (section === undefined) throw syntaxError(null, `The file has no section ${number}, which describes ${what}.`);
    return section;
  }

  /** Reads a section on which no samples of the rhythm depend; null if it is absent or, with a warning, not valid. */
  #optional<Content>(number: number, read: (section: Section) => Content): Content | null {
    const section = this.#sections.get(number);
    if (section === undefined) return null;
    try {
      return read(section);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.warnings.push(`Section ${number} was not kept: ${error.message}`);
      return null;
    }
  }
}

function readLead(signals: Signals, leads: readonly Lead[], lead: number): Int16Array {
  const { name, samples } = leads[lead] as Lead;
  return signals.read(lead, name, samples);
}
