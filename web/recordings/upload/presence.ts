/** The little of uploads that is loaded at once: whether there are any, and how to begin one. */
import { signal } from '@preact/signals';
import { api, type Schemas } from '../../api/client.ts';
import { answered } from '../../api/failure.ts';
import type { NamedFile } from './grouping.ts';

/** A chosen file, with the folder in which it was found. */
export interface ChosenFile extends NamedFile {
  file: File;
}

/** Whether the panel of uploads is shown. */
export const hasUploads = signal(false);

/** Begins to upload files, or continues with them what was not finished before. */
export async function upload(files: readonly ChosenFile[]): Promise<void> {
  if (files.length === 0) return;
  const { addFiles } = await import('./queue.ts');
  await addFiles(files);
}

let isLookedAfter = false;

/** Shows what was not finished before the page was loaded. Once; a failure is no reason to say anything. */
export async function findUnfinished(): Promise<void> {
  if (isLookedAfter) return;
  isLookedAfter = true;
  try {
    const { items } = await answered(api.GET('/uploads', { params: { query: { limit: 100 } } }));
    const left = items.filter(({ state }) => state !== 'done');
    if (left.length > 0) await (await import('./unfinished.ts')).takeUp(left);
  } catch {
    isLookedAfter = false;
  }
}

export type UploadView = Schemas['Upload'];
