/** The selected recordings. They stay selected on other pages of the list, and while other pages are visited. */
import { computed, signal } from '@preact/signals';
import { nameOf, type Row } from './list-rows.ts';

export interface Selected {
  id: string;
  version: number;
  name: string;
  /** The id of the patient whom it belongs to. */
  patient: string | null;
}

/** By id. */
export const selection = signal<ReadonlyMap<string, Selected>>(new Map());
export const selectedCount = computed(() => selection.value.size);

export function select(rows: readonly Row[], isSelected: boolean): void {
  const next = new Map(selection.value);
  for (const row of rows) {
    if (isSelected) next.set(row.id, { id: row.id, version: row.version, name: nameOf(row), patient: row.patient });
    else next.delete(row.id);
  }
  selection.value = next;
}

export function unselect(ids: readonly string[]): void {
  const next = new Map(selection.value);
  for (const id of ids) next.delete(id);
  selection.value = next;
}

export const clearSelection = (): void => {
  selection.value = new Map();
};

/** Keeps the versions up to date with what the list shows. */
export function refreshSelected(rows: readonly Row[]): void {
  const stale = rows.filter(({ id, version }) => {
    const known = selection.value.get(id);
    return known !== undefined && known.version !== version;
  });
  if (stale.length > 0) select(stale, true);
}
