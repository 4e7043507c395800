/** What somebody else has changed while a form was open. */
import { texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import type { EditorState, FormSection } from './editor-state.ts';
import type { FormField } from './form-fields.tsx';
import { type Column, Table } from './table.tsx';

/** What somebody else has changed; where both changed the same field, the present value can be taken. */
export function Theirs({ form, sections }: { form: EditorState; sections: readonly FormSection[] }) {
  const t = pageTexts.value.form;
  const fields = new Map(sections.flatMap((section) => section.fields.map((field) => [field.name, field] as const)));
  const ownOf = ({ name }: Change): string => form.values[name] ?? '';
  const columns: Column<Change>[] = [
    { key: 'field', label: t.field, isRowHeader: true, render: ({ name }) => fields.get(name)?.label },
    { key: 'present', label: t.present, render: ({ name, present }) => shown(present, fields.get(name)) },
    {
      key: 'yours',
      label: t.yours,
      render: (change) => (ownOf(change) === change.present ? t.same : shown(ownOf(change), fields.get(change.name))),
    },
    {
      key: 'choice',
      label: t.choice,
      render: (change) =>
        ownOf(change) !== change.present && (
          <button type="button" onClick={() => form.put(change.name, change.present)}>
            {t.takePresent}
          </button>
        ),
    },
  ];
  return (
    <div class="theirs">
      <Table caption={t.theirs} columns={columns} items={form.theirs} keyOf={({ name }) => name} />
    </div>
  );
}

type Change = EditorState['theirs'][number];

/** A value in words. */
function shown(value: string, field: FormField | undefined): string {
  if (field?.kind === 'pairs')
    return (JSON.parse(value) as { system: string; value: string }[])
      .map((pair) => `${pair.system} ${pair.value}`)
      .join(', ');
  if (field?.kind === 'flag') return value === 'true' ? texts.value.yes : texts.value.no;
  const option = field?.options?.find(([own]) => own === value)?.[1];
  if (field?.kind === 'moment') return value === '' ? texts.value.none : value.replace('T', ' ');
  return option ?? (value === '' ? texts.value.none : value);
}
