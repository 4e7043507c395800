/** Annotations as an export writes them. */
import type { Connection } from 'mongoose';
import { codeOf } from '../../formats/wfdb/annotation-codes.ts';
import type { Annotation } from '../../formats/types.ts';
import { type AnnotationFilter, type AnnotationPlace, attachedRuns, ownRuns, readRuns } from '../store/annotations.ts';
import type { StoredEcg } from '../store/model.ts';
import { readMarks } from './marks.ts';
import { type Measurement, MEASUREMENTS, type StoredMark } from './model.ts';

/**
 * Annotations of every source, in order of time. A measurement is a text behind its name, which is the code unless the
 * reader gave another one.
 * @param isDeidentified leaves out texts. An own annotation is then only kept if its code is one of WFDB or the name
 * of a measurement, since a reader may write anything into it
 * @param most to return of each source; there may be more in all
 */
export async function exportedAnnotations(
  database: Connection,
  ecg: Pick<StoredEcg, '_id' | 'attached'>,
  filter: AnnotationFilter,
  isDeidentified: boolean,
  most: number,
): Promise<Annotation[]> {
  const start: AnnotationPlace = [0, 0];
  const parts = await Promise.all([
    readRuns(ownRuns(database, ecg._id), filter, start, most, unchanged),
    ...(ecg.attached ?? []).map(({ _id }) =>
      readRuns(attachedRuns(database, ecg._id, _id), filter, start, most, unchanged),
    ),
    readMarks(database, ecg._id, filter, {}, most).then((marks) =>
      marks.map(ofReader).filter(({ code }) => !isDeidentified || isCommon(code)),
    ),
  ]);
  const found = parts.filter((part) => part.length > 0);
  return found.length === 1 ? (found[0] as Annotation[]) : found.flat().toSorted((a, b) => a.at - b.at);
}

const unchanged = (annotation: Annotation): Annotation => annotation;

const isCommon = (code: string | null): boolean =>
  code !== null && (codeOf(code) !== null || MEASUREMENTS.some((kind) => kind === code));

const ofReader = ({ at, duration, channel, code, text, value }: StoredMark): Annotation => {
  const name = code ?? value?.kind ?? null;
  const measured = value === null ? null : [...(value.kind === name ? [] : [value.kind]), figures(value)].join(' ');
  const texts = [measured, text].filter((part) => part !== null);
  return { at, duration, channel, code: name, text: texts.length === 0 ? null : texts.join('; ') };
};

const figures = ({ ms, mV }: Measurement): string =>
  [ms === null ? null : `${ms} ms`, mV === null ? null : `${mV} mV`].filter((part) => part !== null).join(', ');
