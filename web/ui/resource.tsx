/** The dialogs in which one kind of thing is created, changed and deleted; every page uses these. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { asFailure } from '../api/failure.ts';
import type { Sending } from '../api/sending.ts';
import { texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { notify } from './announce.tsx';
import { Editor } from './editing.tsx';
import type { FormSection } from './editor-state.ts';
import type { Values } from './form-values.ts';
import { Removing } from './removing.tsx';
import type { Column } from './table.tsx';

export interface Identified {
  id: string;
  version: number;
}

type Body = Record<string, unknown>;

/** A kind of thing, as forms need it. */
export interface Resource<Item extends Identified> {
  /** Names drafts, such as `patient`. */
  kind: string;
  /** What it is called, such as `patient`. */
  one: string;
  /** The title of the form for a new one. */
  add: string;
  nameOf: (item: Item) => string;
  sectionsOf: (item: Item | null) => readonly FormSection[];
  /** What a new form begins with. */
  initial?: Values;
  create: (body: Body, sending: Sending) => Promise<Item>;
  change: (id: string, body: Body, sending: Sending) => Promise<Item>;
  read: (id: string) => Promise<Item>;
  remove: (id: string, version: number) => Promise<unknown>;
  removeWarning?: string;
}

/** Which dialog is open; null: none. */
export type Opened<Item> = { kind: 'create' } | { kind: 'edit' | 'remove'; item: Item } | null;

interface ResourceDialogsProps<Item extends Identified> {
  resource: Resource<Item>;
  opened: Opened<Item>;
  onClose: () => void;
  /** @param isNew whether it was created */
  onSaved: (item: Item, isNew: boolean) => void;
  onRemoved: (item: Item) => void;
}

export function ResourceDialogs<Item extends Identified>(props: ResourceDialogsProps<Item>) {
  const { resource, opened, onClose, onSaved } = props;
  if (opened === null) return null;
  if (opened.kind === 'remove') return <RemovingOne {...props} item={opened.item} />;
  const item = opened.kind === 'edit' ? opened.item : null;
  return (
    <Editor
      title={item === null ? resource.add : `${texts.value.edit}: ${resource.nameOf(item)}`}
      sections={resource.sectionsOf(item)}
      draft={`${resource.kind}:${item?.id ?? 'new'}`}
      item={item}
      {...(resource.initial ? { initial: resource.initial } : {})}
      save={(body, sending) =>
        item === null ? resource.create(body, sending) : resource.change(item.id, body, sending)
      }
      {...(item === null ? {} : { read: () => resource.read(item.id) })}
      onSaved={(saved) => {
        notify(pageTexts.value.saved(resource.nameOf(saved)), 'good');
        onClose();
        onSaved(saved, item === null);
      }}
      onClose={onClose}
    />
  );
}

function RemovingOne<Item extends Identified>({
  resource,
  item,
  onClose,
  onRemoved,
}: ResourceDialogsProps<Item> & { item: Item }) {
  const t = pageTexts.value;
  const version = useRef(item.version);
  const name = resource.nameOf(item);
  const remove = async (): Promise<void> => {
    try {
      await resource.remove(item.id, version.current);
    } catch (error) {
      // Whoever still wants to delete it after the message that it was changed deletes what is there now.
      if (asFailure(error).code === 'version-stale') version.current = (await resource.read(item.id)).version;
      throw error;
    }
  };
  return (
    <Removing
      title={t.removing(name)}
      remove={remove}
      onRemoved={() => {
        notify(t.removed(name), 'good');
        onClose();
        onRemoved(item);
      }}
      onClose={onClose}
    >
      {resource.removeWarning && <p>{resource.removeWarning}</p>}
      <p>{t.forGood}</p>
    </Removing>
  );
}

/** The last column of a table: what can be done with a row. */
export const actionsColumn = <Item extends Identified>(
  nameOf: (item: Item) => string,
  open: (opened: Opened<Item>) => void,
  more: (item: Item) => ComponentChildren = () => null,
): Column<Item> => ({
  key: 'actions',
  label: pageTexts.value.list.actions,
  isNumber: true,
  render: (item) => (
    <span class="row actions">
      {more(item)}
      <button
        type="button"
        aria-label={`${texts.value.edit}: ${nameOf(item)}`}
        onClick={() => open({ kind: 'edit', item })}
      >
        {texts.value.edit}
      </button>
      <button
        type="button"
        class="plain danger"
        aria-label={`${texts.value.delete}: ${nameOf(item)}`}
        onClick={() => open({ kind: 'remove', item })}
      >
        {texts.value.delete}
      </button>
    </span>
  ),
});
