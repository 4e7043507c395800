/**
 * Which of the chosen files make one recording: a WFDB header with the files that it names, and its annotations; an
 * ISHNE recording with its annotations. Every other file is a recording by itself. Pure.
 */

export interface NamedFile {
  /** Without folder. */
  name: string;
  /** Where it was found, such as `holter/2026`; empty if it was chosen by itself. */
  folder: string;
}

export interface Group<File extends NamedFile> {
  /** The name of its main file. */
  name: string;
  /** The main file first. */
  files: File[];
  /** Files that its header names and that were not chosen. */
  missing: string[];
}

export interface Grouped<File extends NamedFile> {
  groups: Group<File>[];
  /** Files that are parts of a record whose header was not chosen. */
  headless: File[];
  /** Files that are certainly no recordings. */
  skipped: File[];
}

const HEADER = '.hea';
/** Files that belong to a header. */
const COMPANION = /\.(?:dat|mat|atr|qrs)$/i;
/** Annotations of a record: the extension is the name of an annotator, which may be any. */
const ANNOTATOR = /^[-\w]+$/;
/** Extensions of files that are recordings by themselves, or samples. */
const NO_ANNOTATOR = /^(?:hea|dat|mat|edf|bdf|rec|json|xml|aecg|dcm|dicom|csv|tsv|txt|scp|hol|atc|zip|gz)$/i;
/** An ISHNE recording, whose annotations have the same name. */
const ISHNE = /\.(?:ecg|hol)$/i;
const ISHNE_ANNOTATIONS = /\.ann$/i;
/** What operating systems and archives leave in folders, and documents beside recordings. */
const NO_RECORDING = [
  /^(?:\.|(?:thumbs\.db|desktop\.ini)$)/i,
  /^(?:licen[cs]e|readme|records.*|annotators|(?:sha256|md5)sums)(?:\.\w+)?$/i,
  /\.(?:md|html?|pdf|png|jpe?g|gif|svg|docx?|xlsx?|pptx?|mp4|exe|py|m)$/i,
];

/** Whether a file is a WFDB header, by its name. */
export const isHeader = ({ name }: NamedFile): boolean => name.toLowerCase().endsWith(HEADER);

/** Files of one folder are compared without regard to case, as the service does. */
const keyOf = (folder: string, name: string): string => `${folder}/${name}`.toLowerCase();
const EXTENSION = /\.[^./]*$/;

/** The chosen files by their keys, and by their keys without extension. */
interface Index<File extends NamedFile> {
  byKey: ReadonlyMap<string, File>;
  byStem: ReadonlyMap<string, readonly File[]>;
}

/** @param headers the texts of the files that are headers */
export function groupFiles<File extends NamedFile>(
  files: readonly File[],
  headers: ReadonlyMap<File, string>,
): Grouped<File> {
  const byKey = new Map(files.map((file) => [keyOf(file.folder, file.name), file]));
  const byStem = new Map<string, File[]>();
  for (const [key, file] of byKey) {
    const stem = key.replace(EXTENSION, '');
    const those = byStem.get(stem);
    if (those) those.push(file);
    else byStem.set(stem, [file]);
  }
  const named = new Map([...headers].map(([file, text]) => [file, namedBy(text)]));
  const segments = new Set(
    [...named].flatMap(([{ folder }, { segments: records }]) =>
      records.map((record) => keyOf(folder, record + HEADER)),
    ),
  );
  const used = new Set<File>();
  const groups: Group<File>[] = [];
  for (const file of files) {
    if (!headers.has(file) || segments.has(keyOf(file.folder, file.name))) continue;
    const group: Group<File> = { name: file.name, files: [file], missing: [] };
    collect(file, group, named, { byKey, byStem });
    for (const one of group.files) used.add(one);
    groups.push(group);
  }
  for (const annotations of files) {
    if (used.has(annotations) || !ISHNE_ANNOTATIONS.test(annotations.name)) continue;
    used.add(annotations);
    const stem = keyOf(annotations.folder, annotations.name).replace(EXTENSION, '');
    const main = byStem.get(stem)?.find((file) => !used.has(file) && ISHNE.test(file.name));
    if (main) used.add(main);
    const missing = main ? [] : [annotations.name.replace(EXTENSION, '.ecg')];
    groups.push({ name: (main ?? annotations).name, files: main ? [main, annotations] : [annotations], missing });
  }
  const headless: File[] = [];
  const skipped: File[] = [];
  for (const file of files) {
    if (used.has(file)) continue;
    if (NO_RECORDING.some((form) => form.test(file.name))) skipped.push(file);
    else if (COMPANION.test(file.name)) headless.push(file);
    else groups.push({ name: file.name, files: [file], missing: [] });
  }
  return { groups, headless, skipped };
}

/** Adds the files that a header names, and those that the headers of its segments name. */
function collect<File extends NamedFile>(
  header: File,
  group: Group<File>,
  named: ReadonlyMap<File, Named>,
  index: Index<File>,
): void {
  const { record, files, segments } = named.get(header) ?? { record: '', files: [], segments: [] };
  for (const name of [...files, ...segments.map((segment) => segment + HEADER)]) {
    const found = index.byKey.get(keyOf(header.folder, name));
    if (!found) {
      if (!group.missing.includes(name)) group.missing.push(name);
    } else if (!group.files.includes(found)) {
      group.files.push(found);
      if (named.has(found)) collect(found, group, named, index);
    }
  }
  for (const name of new Set([record, header.name.slice(0, -HEADER.length)]))
    for (const file of index.byStem.get(keyOf(header.folder, name)) ?? [])
      if (isOfAnnotator(file) && !group.files.includes(file)) group.files.push(file);
}

function isOfAnnotator({ name }: NamedFile): boolean {
  const extension = EXTENSION.exec(name)?.[0].slice(1) ?? '';
  const isOther = NO_ANNOTATOR.test(extension) || NO_RECORDING.some((form) => form.test(name));
  return ANNOTATOR.test(extension) && !isOther;
}

interface Named {
  record: string;
  /** Signal files. */
  files: string[];
  /** Records of the segments. */
  segments: string[];
}

/** What a header names; nothing if it is none, which the service will say. See header(5) of the WFDB Guide. */
function namedBy(text: string): Named {
  const [first = '', ...lines] = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const [start = ''] = first.split(/\s+/);
  const [record = '', count] = start.split('/');
  const names = [...new Set(lines.map((line) => line.split(/\s+/)[0] ?? ''))].filter(
    (name) => name !== '' && name !== '~' && name !== '-',
  );
  return count === undefined ? { record, files: names, segments: [] } : { record, files: [], segments: names };
}
