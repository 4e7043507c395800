/** Takes up what was not finished when the page was left: the service knows which bytes it has, and of which files. */
import { API } from '../../api/paths.ts';
import { fetched } from '../../api/failure.ts';
import { heldGroups } from './held.ts';
import { hold } from './held.ts';
import { type Item, items, newItem, type Part, show } from './items.ts';
import type { UploadView } from './presence.ts';
import { pump } from './queue.ts';

interface Known {
  upload: UploadView;
  group: string;
  /** Number of files of the group. */
  files: number;
  modified: number;
}

/** @param uploads that no recording was made of */
export async function takeUp(uploads: readonly UploadView[]): Promise<void> {
  const held = await heldGroups();
  const groups = new Map<string, Known[]>();
  for (const upload of uploads) {
    const known = await knownOf(upload);
    if (!known || held.has(known.group) || items.peek().some(({ group }) => group === known.group)) continue;
    groups.set(known.group, [...(groups.get(known.group) ?? []), known]);
  }
  const added = [...groups].map(([group, those]) => itemOf(group, those));
  for (const { group } of added) hold(group);
  if (added.length > 0) show(added);
  pump();
}

/** What this application said of the file when it began; null if another program did. */
async function knownOf(upload: UploadView): Promise<Known | null> {
  const response = await fetched(`${API}/uploads/${upload.id}`, {
    method: 'HEAD',
    headers: { 'Tus-Resumable': '1.0.0' },
  }).catch(() => null);
  const said = metadataIn(response?.headers.get('Upload-Metadata') ?? '');
  const group = said.get('group');
  const files = Number(said.get('files'));
  const modified = Number(said.get('modified'));
  return group && files > 0 && Number.isFinite(modified) ? { upload, group, files, modified } : null;
}

/** Pairs of a key and a base64 value. Their values are plain ASCII, but for the file's name, which is not used. */
const metadataIn = (header: string): ReadonlyMap<string, string> =>
  new Map(
    header.split(',').map((pair) => {
      const [key = '', value = ''] = pair.trim().split(' ');
      return [key, atob(value)];
    }),
  );

function itemOf(group: string, those: readonly Known[]): Item {
  const parts = those.map(({ upload, modified }): Part => {
    const { id, name, length, offset } = upload;
    const isSent = upload.state !== 'receiving';
    return { name: name ?? id, size: length, modified, chosen: null, uploadId: id, sent: offset, isSent };
  });
  const isComplete = parts.length === those[0]?.files && parts.every(({ isSent }) => isSent);
  const main = parts.find(({ name }) => name.toLowerCase().endsWith('.hea')) ?? parts[0];
  return newItem(main?.name ?? group, parts, { phase: isComplete ? 'making' : 'lost' }, group);
}
