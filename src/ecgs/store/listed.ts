/**
 * What lists of recordings are searched, filtered and sorted by. It is derived whenever a recording is published or
 * changed, so that every list is read from an index.
 */
import { searchWords } from '../../text/search-words.ts';
import { evidentFindings } from './evident.ts';
import type { Listed, StoredEcg } from './model.ts';

/** Letters of a word that are compared. */
const MAX_WORD = 20;

const shortened = (word: string): string => Array.from(word).slice(0, MAX_WORD).join('');

/** The words of a search text in the form of the terms; each matches the terms that begin with it. */
export const wordsOf = (text: string): string[] => [...new Set(searchWords(text).map(shortened))];

/** The term of a value to filter by. No word has a `=`. */
export const term = (name: 'lead' | 'format' | 'check', value: string): string => `=${name}:${value}`;

type Described = Pick<StoredEcg, 'channels' | 'externalId' | 'format' | 'notes' | 'part' | 'subject'> & {
  fileName?: string | null;
  recordName?: string | null;
};

/** The derived fields of a recording. */
export function listedOf(ecg: Described): Listed {
  const { channels, externalId, fileName, format, notes, part, recordName, subject } = ecg;
  const names = channels.flatMap(({ name, lead }) => [name, lead]);
  const ofSubject = subject ? [subject.patientName, subject.patientId, subject.studyId] : [];
  const texts = [notes, fileName, recordName, externalId, part, ...ofSubject, ...names];
  const leads = channels.flatMap(({ lead }) => (lead === null ? [] : [lead]));
  const rates = channels.flatMap(({ samplingRate }) => samplingRate ?? []);
  const durations = channels.flatMap(({ samplingRate, summary }) =>
    samplingRate === null ? [] : [summary.samples / samplingRate],
  );
  return {
    terms: [
      ...wordsOf(texts.filter((text) => typeof text === 'string').join(' ')),
      term('format', format),
      ...leads.map((lead) => term('lead', lead)),
      ...evidentFindings(channels).map((code) => term('check', code)),
    ],
    duration: greatest(durations),
    samplingRate: greatest(rates),
  };
}

/** Not Math.max(...): a file may have more channels than a call may have arguments. */
const greatest = (numbers: readonly number[]): number | null =>
  numbers.reduce<number | null>((most, one) => (most === null || one > most ? one : most), null);
