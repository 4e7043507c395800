/**
 * The names of files that are made of a recording: that of the uploaded file, without what a file system or a shell
 * takes for something else.
 */
import { formatById } from '../formats/registry.ts';
import { keptFileName } from '../text/file-name.ts';
import type { StoredEcg } from './store/model.ts';
import type { KeptFile } from './store/original-model.ts';

/** Characters of the name without its extension. */
const MAX_LENGTH = 80;
/** Anything but letters, digits and what is harmless in every file system. */
const UNSAFE = /[^\p{L}\p{M}\p{N}._()+=,-]+/gu;
/** Names of devices on Windows, which no file can have there. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
const EXTENSION = /\.[\p{L}\p{N}]{1,8}$/u;

type Named = Pick<StoredEcg, '_id' | 'fileName' | 'recordName' | 'part'>;

/**
 * The name of a file made of the recording, without an extension: that of the uploaded file or of its record, or else
 * the recording's id; with the part. It never begins with a dot and never names a folder. It may identify a person, as
 * names of files do: de-identified files are named by an id (`reading/export.ts`).
 */
export function downloadName({ _id, fileName, recordName, part }: Named): string {
  const id = _id.toHexString();
  const named = fileName?.replace(EXTENSION, '') ?? recordName ?? '';
  const given = trimmed(named.replaceAll(UNSAFE, '_')) === '' ? id : named;
  const whole = part === null ? given : `${given}-${part}`;
  const safe = trimmed(
    whole
      .replaceAll(UNSAFE, '_')
      .slice(0, MAX_LENGTH)
      .replace(/[\ud800-\udbff]$/, ''),
  );
  return DEVICE.test(safe.split('.', 1)[0] as string) ? `_${safe}` : safe;
}

/** The name under which an uploaded file is saved again: its own, as far as that is safe. */
export function originalName(ecg: Named & Pick<StoredEcg, 'format'>, { name }: KeptFile): string {
  const extension = EXTENSION.exec(name ?? '')?.[0] ?? formatById(ecg.format).extensions[0] ?? '';
  return `${downloadName({ ...ecg, fileName: name ?? ecg.fileName ?? null, part: null })}${extension}`;
}

/** The names of several files in an archive: each its own, since they refer to each other by them, but never a path. */
export function entryNames(files: readonly KeptFile[]): string[] {
  const taken = new Set<string>();
  return files.map(({ name }, i) => {
    const own = keptFileName(name)?.replaceAll(/[/\\:]/g, '_') ?? '';
    const isUsable = own.replaceAll('.', '') !== '' && !taken.has(own.toLowerCase());
    const used = isUsable ? own : `file-${i + 1}`;
    taken.add(used.toLowerCase());
    return used;
  });
}

/** Dots and blanks at the ends mean something to file systems, and a dash at the beginning to commands. */
const trimmed = (name: string): string => name.replaceAll(/^[._-]+|[._-]+$/g, '');
