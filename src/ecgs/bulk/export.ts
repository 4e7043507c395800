/** Exports several recordings as one zip, with a manifest that says what became of each. */
import { begun } from '../../http/begun.ts';
import type { EncodedFile, FormatId } from '../../formats/types.ts';
import type { EcgDeps } from '../deps.ts';
import { exported } from '../reading/export.ts';
import type { Recordings } from '../store/recordings.ts';
import { assertSeen, countsOf, done, type Each, type Outcome } from './each.ts';
import type { BulkItem } from './schema.ts';

/** Name of the manifest, the last file of the zip. */
export const MANIFEST = 'manifest.json';

/** One recording in the manifest. */
interface Entry extends Omit<Outcome, 'version'> {
  /** In the request, from 1; also the name of its folder. */
  position: number;
  /** Null if the export is de-identified. */
  id: string | null;
  /** Names of its files in the zip. */
  files: string[];
  /** What the files do not reproduce exactly, if anything. */
  warnings?: string[];
}

export interface BulkExportOptions {
  items: readonly BulkItem[];
  format: FormatId;
  deidentify: boolean;
}

/**
 * The files of the zip: those of each recording in a folder, then the manifest. A recording that cannot be exported has
 * no files, and its reason is in the manifest. A failure after the first bytes of a recording ends the zip.
 * @param gone aborts the reading with its reason
 */
export async function* exportedFiles(
  own: Recordings,
  { items, format, deidentify }: BulkExportOptions,
  each: Each,
  { zone, database }: Pick<EcgDeps, 'zone' | 'database'>,
  gone: AbortSignal,
): AsyncGenerator<EncodedFile, void, void> {
  const entries: Entry[] = [];
  const digits = String(items.length).length;
  for (const [index, item] of items.entries()) {
    let files: EncodedFile[] = [];
    let warnings: string[] = [];
    const { version: _, ...outcome } = await each.one(() =>
      own.reading(item.id, {}, async (ecg) => {
        assertSeen(ecg, item);
        const written = await exported(ecg, { format, deidentify }, zone, database, gone);
        const [first, ...others] = written.files;
        if (!first) throw new Error(`the encoder of ${format} made no file`);
        files = [{ ...first, bytes: await begun(first.bytes) }, ...others];
        ({ warnings } = written);
        return done(200);
      }),
    );
    const folder = String(index + 1).padStart(digits, '0');
    const named = files.map((file) => ({ ...file, name: `${folder}/${file.name}` }));
    yield* named;
    entries.push({
      position: index + 1,
      id: deidentify ? null : item.id,
      ...outcome,
      files: named.map(({ name }) => name),
      ...(warnings.length > 0 && { warnings }),
    });
  }
  yield { name: MANIFEST, bytes: manifest({ format, deidentified: deidentify, items: entries, ...countsOf(entries) }) };
}

async function* manifest(content: object): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
}
