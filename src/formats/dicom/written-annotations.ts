/** Writes the waveform annotation sequence (PS3.3, C.10.10), in pieces: a recording of a day has 100,000 marks. */
import type { Annotation, WritableRecording } from '../types.ts';
import { clean, code, cut, decimalString, LEAD_SCHEME, LO, OWN_SCHEME } from './describe.ts';
import type { Plan, PlannedGroup } from './plan.ts';
import { closeSequence, element, item, openSequence, sequence } from './writer.ts';

/** Annotations in one piece. */
const BATCH = 1_000;
/** Greatest length of a text, in characters (ST; PS3.5, 6.2). */
const ST = 1024;
/** Control characters that a text of several lines cannot have either. */
// oxlint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Notes as remarks on the whole recording, then the marks; nothing if there are neither. */
export function* annotationsOf({ notes, annotations }: WritableRecording, plan: Plan): Generator<Buffer, void, void> {
  const everywhere = plan.groups.flatMap((_, group) => [group + 1, 0]);
  const remarks = notesOf(notes).map((text) =>
    item([
      element('referencedWaveformChannels', everywhere),
      element('annotationGroupNumber', 0),
      element('unformattedTextValue', text),
    ]),
  );
  if (remarks.length + annotations.length === 0) return;
  yield Buffer.concat([openSequence('waveformAnnotationSequence'), ...remarks]);
  for (let from = 0; from < annotations.length; from += BATCH)
    yield Buffer.concat(
      annotations.slice(from, from + BATCH).map((annotation) => item(mark(annotation, plan, everywhere))),
    );
  yield closeSequence();
}

/**
 * Splits notes into items, with as many lines in each as fit: readers put a line end between two items. Only a line
 * that does not fit into an item is divided itself.
 */
function notesOf(notes: string | null): string[] {
  const items: string[] = [];
  let rest = Array.from((notes ?? '').replaceAll('\\', '/').replaceAll(UNWRITABLE, ' ').trim());
  while (rest.length > ST) {
    const end = rest.lastIndexOf('\n', ST);
    items.push(rest.slice(0, end > 0 ? end : ST).join(''));
    rest = rest.slice(end > 0 ? end + 1 : ST);
  }
  return rest.length === 0 ? items : [...items, rest.join('')];
}

function mark(annotation: Annotation, plan: Plan, everywhere: readonly number[]): Buffer[] {
  const group =
    annotation.channel === null
      ? null
      : plan.groups.findIndex(({ channels }) => channels.includes(annotation.channel as number));
  const channels =
    group === null || group === -1
      ? everywhere
      : [group + 1, (plan.groups[group] as PlannedGroup).channels.indexOf(annotation.channel as number) + 1];
  const meaning = annotation.text === null ? annotation.code : clean(annotation.text);
  const isShort = annotation.code !== null && Array.from(meaning ?? '').length <= LO;
  return [
    ...(annotation.code === null
      ? []
      : [
          sequence('conceptNameCodeSequence', [
            code(
              clean(annotation.code) || '-',
              schemeOf(annotation.code),
              isShort && meaning !== null ? meaning : annotation.code,
            ),
          ]),
        ]),
    element('referencedWaveformChannels', channels),
    element('temporalRangeType', annotation.duration === null ? 'POINT' : 'SEGMENT'),
    ...place(annotation, group === null ? plan.groups : [plan.groups[Math.max(0, group)] as PlannedGroup]),
    element('annotationGroupNumber', 1),
    ...(isShort ? [] : [element('unformattedTextValue', cut(annotation.text ?? '', ST) || '-')]),
  ];
}

/** Restores the scheme of codes that came from DICOM; other codes get our own scheme. */
const schemeOf = (value: string): string =>
  /^5\.\d+(?:\.\d+)*-/.test(value) ? 'SCPECG' : /^\d+:\d+$/.test(value) ? LEAD_SCHEME : OWN_SCHEME;

/** A time within this many seconds of a sample is that sample's time. */
const ON_SAMPLE = 1e-6;

/** Writes sample numbers, which are exact, if all times are those of samples at one rate; otherwise seconds. */
function place({ at, duration }: Annotation, groups: readonly PlannedGroup[]): Buffer[] {
  const times = duration === null ? [at] : [at, at + duration];
  const rate = groups.every((group) => group.samplingRate === groups[0]?.samplingRate)
    ? groups[0]?.samplingRate
    : undefined;
  const samples = rate === undefined ? [] : times.map((time) => Math.round(time * rate) + 1);
  const isExact =
    samples.length > 0 &&
    samples.every(
      (sample, index) =>
        sample >= 1 &&
        sample < 0xffffffff &&
        Math.abs((sample - 1) / (rate as number) - (times[index] as number)) < ON_SAMPLE,
    );
  return [
    isExact
      ? element('referencedSamplePositions', samples)
      : element('referencedTimeOffsets', times.map(decimalString)),
  ];
}
