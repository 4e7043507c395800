/** Decoder for DICOM ECG waveforms, in constant memory: every multiplex group becomes a recording, in file order. */
import { figure } from '../common/messages.ts';
import { later } from '../common/moments.ts';
import type { DecodedRecording, Decoder, DecoderEvent, DecoderLimits, Subject } from '../types.ts';
import { Annotations } from './annotations.ts';
import { Dataset } from './dataset.ts';
import { isoDateTime, isoDay, isoDayAndTime } from './dates.ts';
import type { Element, ElementReader, Scope } from './elements.ts';
import { contentError, syntaxError } from './failure.ts';
import { type DicomFile, openFile } from './file.ts';
import { describeGroup, type Group } from './group.ts';
import { DoubtfulPadding } from './padding.ts';
import { Deinterleaver } from './samples.ts';
import { printed } from './tags.ts';
import { isKnownCharacterSet, textDecoder } from './text.ts';
import { isEcg } from './uids.ts';

/** Characters kept of a patient's or study's identification. */
const MAX_SUBJECT_TEXT = 200;

/** What has a date that stands for that of the acquisition, if there is none; the nearest first. */
const OTHER_DATES = ['content', 'series', 'study'] as const;

/**
 * Yields, for each group, the zero levels of its channels, their samples block by block, its annotations and its
 * description. The external id is the SOP Instance UID, followed by `#2` for the second group and so on.
 * @throws FormatError `syntax` if the bytes are not a DICOM data set, `content` if it is not an ECG that can be stored
 */
export const decodeDicom: Decoder = async function* (files, limits) {
  yield* new DicomDecoder(await openFile(files.main.bytes, limits), limits).events();
};

class DicomDecoder {
  readonly #elements: ElementReader;
  readonly #root: Scope;
  readonly #limits: DecoderLimits;
  readonly #meta: Dataset;
  /** Replaced when the file names its character set, which precedes all other text. */
  readonly #text = { decode: textDecoder([]) };
  readonly #top = new Dataset(this.#text);
  readonly #annotations = new Annotations();
  readonly #warnings: string[] = [];
  #groups = 0;

  constructor(file: DicomFile, limits: DecoderLimits) {
    this.#elements = file.elements;
    this.#root = file.root;
    this.#meta = file.meta;
    this.#limits = limits;
  }

  async *events(): AsyncGenerator<DecoderEvent, void, void> {
    const elements = this.#elements;
    for (let element = await elements.next(this.#root); element !== null; element = await elements.next(this.#root)) {
      if (this.#groups > 0 && element.name !== null)
        throw contentError(
          element.offset,
          `${printed(element.tag)} comes after the waveforms; the elements of a data set must be in ascending order.`,
        );
      if (element.name === 'waveformSequence') yield* this.#waveforms(element);
      else if (element.name === 'waveformAnnotationSequence') await this.#readAnnotations(element);
      else await elements.keep(element, this.#root, this.#top, this.#text);
      if (element.name === 'specificCharacterSet') this.#useCharacterSet();
    }
    if (this.#groups > 0) return;
    this.#refuseOtherObjects();
    throw contentError(null, 'The file contains no waveform.');
  }

  #useCharacterSet(): void {
    const terms = this.#top.texts('specificCharacterSet');
    this.#text.decode = textDecoder(terms);
    for (const term of terms)
      if (!isKnownCharacterSet(term))
        this.#warnings.push(
          `The character set ${JSON.stringify(term.slice(0, 40))} is not known; text may be decoded wrongly.`,
        );
  }

  #refuseOtherObjects(): void {
    const kind = this.#top.first('sopClassUid') ?? this.#meta.first('mediaStorageSopClassUid');
    if (kind === null) this.#warnings.push('The file has no SOP class, so the kind of object is unknown.');
    else if (!isEcg(kind)) {
      throw contentError(
        this.#top.offset('sopClassUid'),
        `This DICOM object is not an ECG (its SOP class is ${JSON.stringify(kind)}); 12-lead, General, ` +
          'Ambulatory and General 32-bit ECG are supported.',
      );
    }
  }

  async #readAnnotations(element: Element): Promise<void> {
    const items = this.#elements.open(element, this.#root);
    const { budget } = this.#elements;
    const start = this.#start().date;
    for (let item = await items.next(); item !== null; item = await items.next()) {
      const used = budget.used;
      this.#annotations.add(await this.#elements.dataset(item, this.#text), start, element.offset);
      budget.release(used);
    }
  }

  async *#waveforms(sequence: Element): AsyncGenerator<DecoderEvent, void, void> {
    this.#refuseOtherObjects();
    const items = this.#elements.open(sequence, this.#root);
    const { budget } = this.#elements;
    for (let item = await items.next(); item !== null;) {
      this.#groups++;
      const used = budget.used;
      const description = new Dataset(this.#text);
      const group: Group = yield* this.#samples(item, description);
      budget.release(used);
      item = await items.next();
      const isOnly = item === null && this.#groups === 1;
      for (const annotations of this.#annotations.of(
        this.#groups,
        group.channels.length,
        group.channels[0]?.samplingRate ?? null,
      ))
        yield { kind: 'annotations', annotations };
      yield { kind: 'recording', recording: this.#recording(description, group, isOnly) };
    }
  }

  /** Reads an item of the waveform sequence to its end. */
  async *#samples(item: Scope, description: Dataset): AsyncGenerator<DecoderEvent, Group, void> {
    const elements = this.#elements;
    let group: Group | null = null;
    for (let element = await elements.next(item); element !== null; element = await elements.next(item)) {
      if (group !== null) {
        if (element.name !== null)
          throw contentError(
            element.offset,
            `${printed(element.tag)} comes after the waveform data; the elements of a data set must be in ` +
              'ascending order.',
          );
        await elements.skip(element, item);
      } else if (element.name !== 'waveformData') await elements.keep(element, item, description, this.#text);
      else {
        if (element.length === null) throw syntaxError(element.offset, 'Waveform data must have a length.');
        group = describeGroup(description, element.offset, element.length, this.#limits);
        for (const [channel, { zeroLevel, samplingRate }] of group.channels.entries()) {
          if (zeroLevel !== null && zeroLevel !== 0) yield { kind: 'zero-level', channel, zeroLevel };
          if (samplingRate !== null) yield { kind: 'sampling-rate', channel, samplingRate };
        }
        yield* this.#waveformData(element.length, group, item.littleEndian);
      }
    }
    if (group === null)
      throw contentError(this.#elements.bytes.offset(), 'A group of the waveform sequence contains no waveform data.');
    return group;
  }

  async *#waveformData(length: number, group: Group, littleEndian: boolean): AsyncGenerator<DecoderEvent, void, void> {
    const { bytes } = this.#elements;
    const { kind, channels, samples: count, padding, isPaddingDoubtful } = group;
    const doubts =
      padding === null || !isPaddingDoubtful
        ? []
        : channels.map(({ samplingRate }) => new DoubtfulPadding(padding, samplingRate));
    const sure = isPaddingDoubtful ? null : padding;
    const deinterleaver = new Deinterleaver(kind, channels.length, count, sure, littleEndian);
    const cutOff = (): Error =>
      syntaxError(bytes.offset(), `The file ends within the waveform data, which should have ${figure(length)} bytes.`);
    let left = group.byteLength;
    while (left > 0) {
      const piece = await bytes.some(left);
      if (piece === null) throw cutOff();
      left -= piece.length;
      for (let taken = 0; taken < piece.length;) {
        taken += deinterleaver.add(taken === 0 ? piece : piece.subarray(taken));
        if (!deinterleaver.isFull && (left > 0 || taken < piece.length)) continue;
        for (const [channel, run] of deinterleaver.runs().entries())
          for (const samples of doubts[channel]?.add(run) ?? [run]) yield { kind: 'samples', channel, samples };
      }
    }
    for (const [channel, doubt] of doubts.entries())
      for (const samples of doubt.end()) yield { kind: 'samples', channel, samples };
    group.warnings.push(...paddingWarnings(doubts, padding));
    if (!(await bytes.skip(length - group.byteLength))) throw cutOff();
  }

  #recording(description: Dataset, group: Group, isOnly: boolean): DecodedRecording {
    const uid = this.#top.first('sopInstanceUid') ?? this.#meta.first('mediaStorageSopInstanceUid');
    const { date: start, of } = this.#start();
    const warnings = [...this.#warnings, ...group.warnings];
    if (start === null && !this.#isUndated && this.#top.text('acquisitionDateTime') !== null)
      warnings.push('The acquisition date is not a valid date and was not kept.');
    if (of !== 'acquisition')
      warnings.push(
        `The file has no valid date of its acquisition: that of its ${of} was taken. Another one can be given with ` +
          'the parameter date.',
      );
    if (start !== null && this.#top.first('longitudinalTemporalInformationModified') === 'MODIFIED')
      warnings.push('The file says that its dates were changed when it was de-identified.');
    if (this.#groups === 1) warnings.push(...this.#annotations.warnings());
    return {
      externalId: uid === null ? null : this.#groups === 1 ? uid : `${uid}#${this.#groups}`,
      date: later(start, (description.number('multiplexGroupTimeOffset') ?? 0) / 1000),
      channels: group.channels,
      patient: null,
      study: null,
      notes: this.#annotations.notes,
      subject: this.#subject(),
      part: isOnly ? null : (description.text('multiplexGroupLabel')?.toLowerCase() ?? `group ${this.#groups}`),
      warnings,
    };
  }

  /** Whether the file says that its dates are not those of the recording (PS3.3, C.12.1). */
  get #isUndated(): boolean {
    return this.#top.first('longitudinalTemporalInformationModified') === 'REMOVED';
  }

  /** When the acquisition began, as precisely as the file says, and of what the date is. */
  #start(): { date: string | null; of: 'acquisition' | (typeof OTHER_DATES)[number] } {
    const top = this.#top;
    const zone = top.first('timezoneOffsetFromUtc');
    const acquired =
      isoDateTime(top.first('acquisitionDateTime'), zone) ??
      isoDayAndTime(top.first('acquisitionDate'), top.first('acquisitionTime'), zone);
    if (acquired === null && !this.#isUndated)
      for (const of of OTHER_DATES) {
        const date = isoDayAndTime(top.first(`${of}Date`), top.first(`${of}Time`), zone);
        if (date !== null) return { date, of };
      }
    return { date: this.#isUndated ? null : acquired, of: 'acquisition' };
  }

  #subject(): Subject | null {
    const top = this.#top;
    const sex = top.first('patientSex');
    const subject: Subject = {
      patientId: short(top.text('patientId')),
      patientName: short(personName(top.text('patientName'))),
      birthDate: isoDay(top.first('patientBirthDate')),
      sex: sex === 'M' ? 'male' : sex === 'F' ? 'female' : null,
      studyId: short(top.first('studyInstanceUid') ?? top.text('studyId')),
    };
    return Object.values(subject).every((value) => value === null) ? null : subject;
  }
}

function paddingWarnings(doubts: readonly DoubtfulPadding[], padding: number | null): string[] {
  const kept = doubts.reduce((sum, doubt) => sum + doubt.kept, 0);
  return kept === 0
    ? []
    : [
        `${figure(kept)} samples with the padding value ${padding} were kept as values, since the signal ` +
          'itself takes this value; only where a channel stays at it for a second or longer, its samples count as ' +
          'missing.',
      ];
}

const short = (text: string | null): string | null => (text === null ? null : text.slice(0, MAX_SUBJECT_TEXT));

/**
 * `prefix given middle family suffix` of a person name: its alphabetic group, or the first group that is not empty
 * (PS3.5, 6.2.1).
 */
function personName(value: string | null): string | null {
  const group = value?.split('=').find((part) => part.replaceAll('^', '').trim() !== '') ?? '';
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map((part) => part.trim());
  const name = [prefix, given, middle, family, suffix].filter((part) => part !== '').join(' ');
  return name === '' ? null : name;
}
