/** Files and folders that were dropped or chosen, with the folders in which they were. */
import type { ChosenFile } from './presence.ts';

/** Files that are taken from one drop: a mistaken drop of a whole disk must not stop the page. */
const MAX_FILES = 20_000;

/** Must be called while the drop event is handled; reading the folders goes on afterwards. */
export function droppedFiles(data: DataTransfer): Promise<ChosenFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry());
  const plain = [...data.files];
  if (entries.every((entry) => entry === null))
    return Promise.resolve(plain.map((file) => ({ file, ...placeOf('', file) })));
  return within(entries.filter((entry) => entry !== null));
}

async function within(entries: readonly FileSystemEntry[]): Promise<ChosenFile[]> {
  const found: ChosenFile[] = [];
  const walk = async (entry: FileSystemEntry, folder: string): Promise<void> => {
    if (found.length >= MAX_FILES) return;
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      found.push({ file, name: file.name, folder });
    } else if (isFolder(entry)) {
      const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
      for (const one of await entriesOf(entry)) await walk(one, inside);
    }
  };
  for (const entry of entries) await walk(entry, '');
  return found;
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** A reader gives some hundred entries at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** The files of an input; those of a folder have a relative path. */
export const filesOf = (list: FileList | null): ChosenFile[] =>
  [...(list ?? [])].map((file) => ({ file, ...placeOf(file.webkitRelativePath, file) }));

function placeOf(path: string, { name }: File): { name: string; folder: string } {
  const at = path.lastIndexOf('/');
  return { name, folder: at < 0 ? '' : path.slice(0, at) };
}
