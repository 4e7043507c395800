/** Makes items of chosen files: groups them, and continues with them what is incomplete or was not finished. */
import { forget, FINISHED, headless, type Item, items, newItem, type Part, partOf, skipped, update } from './items.ts';
import { groupFiles, isHeader } from './grouping.ts';
import type { ChosenFile } from './presence.ts';

/** Bytes of a header that are read; longer ones are refused by the service. */
const MAX_HEADER = 1 << 20;

/** The new items. */
export async function choose(files: readonly ChosenFile[]): Promise<Item[]> {
  const left = continueLost(files.filter((file) => !isUnderWay(file)));
  const incomplete = items.peek().filter(({ state }) => state.peek().phase === 'incomplete');
  const before = incomplete.flatMap(({ state }) => state.peek().parts.flatMap(({ chosen }) => chosen ?? []));
  const all = unique([...before, ...headless.peek(), ...left]);
  const headers = new Map<ChosenFile, string>();
  for (const file of all)
    if (isHeader(file))
      headers.set(
        file,
        await file.file
          .slice(0, MAX_HEADER)
          .text()
          .catch(() => ''),
      );
  const grouped = groupFiles(all, headers);
  forget(incomplete);
  headless.value = grouped.headless;
  skipped.value = [...new Set([...skipped.peek(), ...grouped.skipped.map(({ name }) => name)])];
  return grouped.groups.map(({ name, files: those, missing }) =>
    newItem(name, those.map(partOf), missing.length > 0 ? { phase: 'incomplete', missing } : {}),
  );
}

const isSame = (part: Part, { name, file }: ChosenFile): boolean =>
  part.name === name && part.size === file.size && part.modified === file.lastModified;

/** Whether a file is being uploaded: choosing it twice does nothing. */
const isUnderWay = (file: ChosenFile): boolean =>
  items.peek().some(({ state }) => {
    const { phase, parts } = state.peek();
    return (
      !FINISHED.has(phase) &&
      phase !== 'incomplete' &&
      parts.some((part) => part.chosen?.folder === file.folder && isSame(part, file))
    );
  });

/** Gives items that were not finished their files again. @returns the other files */
function continueLost(files: readonly ChosenFile[]): ChosenFile[] {
  let left = [...files];
  for (const item of items.peek()) {
    const { phase, parts } = item.state.peek();
    if (phase !== 'lost') continue;
    const given = parts.map((part) => ({ ...part, chosen: left.find((file) => isSame(part, file)) ?? null }));
    if (!given.every(({ isSent, chosen }) => isSent || chosen)) continue;
    left = left.filter((file) => !given.some(({ chosen }) => chosen === file));
    update(item, { phase: 'waiting', parts: given });
  }
  return left;
}

function unique(files: readonly ChosenFile[]): ChosenFile[] {
  const byKey = new Map(
    files.map((file) => [`${file.folder}/${file.name}/${file.file.size}/${file.file.lastModified}`, file]),
  );
  return [...byKey.values()];
}
