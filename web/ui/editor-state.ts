/**
 * What a form is doing: its values, its draft, and what follows when it is sent. After a conflict, what was typed
 * stays; after a lost answer, nothing is stored twice.
 */
import { useRef, useState } from 'preact/hooks';
import { asFailure, Failure } from '../api/failure.ts';
import { newKey, type Sending } from '../api/sending.ts';
import { pageTexts } from '../text/pages.ts';
import { dropDraft, keepDraft, readDraft } from './drafts.ts';
import type { FormField } from './form-fields.tsx';
import { bodyOf, changesOf, merged, touched, type Values, valuesOf } from './form-values.ts';

export interface FormSection {
  title?: string;
  fields: readonly FormField[];
}

export interface EditorProps<Item extends { version: number }> {
  title: string;
  sections: readonly FormSection[];
  /** Names the draft, such as `patient:665f…` or `patient:new`. */
  draft: string;
  /** What is changed; null: something new. */
  item: Item | null;
  /** What a new form begins with. */
  initial?: Values;
  save: (body: Record<string, unknown>, sending: Sending) => Promise<Item>;
  /** Reads the present state after a conflict. */
  read?: () => Promise<Item>;
  onSaved: (item: Item) => void;
  onClose: () => void;
  submit?: string;
}

export interface EditorState {
  values: Values;
  put: (name: string, value: string) => void;
  /** Changes several fields at once. */
  putAll: (changes: Values) => void;
  failure: Failure | null;
  /** What somebody else has changed in the meantime: names and present values. */
  theirs: readonly { name: string; present: string }[];
  isBusy: boolean;
  isRestored: boolean;
  discard: () => void;
  submit: () => Promise<void>;
}

/** What a conflict turned out to be. */
type Following<Item> = { kind: 'stored'; present: Item } | { kind: 'unrelated' } | { kind: 'conflict' };

export function useEditor<Item extends { version: number }>(props: EditorProps<Item>): EditorState {
  const { sections, draft, item, initial, save, read, onSaved, onClose } = props;
  const specs = sections.flatMap(({ fields }) => fields);
  const begun = (): Values => ({ ...valuesOf(item, specs), ...(item === null ? initial : {}) });
  const [kept] = useState(() => readDraft(draft));
  const [values, show] = useState<Values>(() => ({ ...begun(), ...kept?.values }));
  /** Also between a change and the rendering of it. */
  const latest = useRef(values);
  const setValues = (next: Values): void => {
    latest.current = next;
    show(next);
  };
  const [base, setBase] = useState<Values>(() => ({ ...begun(), ...kept?.base }));
  const version = useRef(kept?.version ?? item?.version ?? 0);
  const key = useRef(newKey());
  const [failure, setFailure] = useState<Failure | null>(null);
  const [theirs, setTheirs] = useState<EditorState['theirs']>([]);
  const [isBusy, setBusy] = useState(false);
  const [isRestored, setRestored] = useState(kept !== null);

  const keep = (next: Values, from: Values): void => {
    if (touched(next, from).length === 0) dropDraft(draft);
    else keepDraft(draft, { values: next, base: from, version: item === null ? null : version.current });
  };
  /** Takes over what is stored now, after somebody else has changed it. */
  const follow = async (readNow: () => Promise<Item>): Promise<Following<Item>> => {
    const present = await readNow();
    const now = valuesOf(present, specs);
    const result = merged(values, base, now);
    version.current = present.version;
    if (result.isStored) return { kind: 'stored', present };
    if (result.changedByOthers.length === 0) return { kind: 'unrelated' };
    setTheirs(result.changedByOthers.map((name) => ({ name, present: now[name] ?? '' })));
    setBase(now);
    setValues(result.values);
    keep(result.values, now);
    return { kind: 'conflict' };
  };

  const send = async (body: Record<string, unknown>, mayFollow: boolean): Promise<Item> => {
    try {
      return await save(body, { version: version.current, key: key.current });
    } catch (error) {
      if (asFailure(error).code !== 'version-stale' || read === undefined) throw error;
      const followed = await follow(read);
      if (followed.kind === 'stored') return followed.present;
      // What was changed is nothing that this form shows.
      if (followed.kind === 'unrelated' && mayFollow) return send(body, false);
      throw error;
    }
  };

  const submit = async (): Promise<void> => {
    const body = item === null ? bodyOf(values, specs) : changesOf(values, base, specs);
    if (item !== null && Object.keys(body).length === 0) {
      dropDraft(draft);
      return onClose();
    }
    setBusy(true);
    setTheirs([]);
    try {
      const saved = await send(body, true);
      dropDraft(draft);
      onSaved(saved);
    } catch (error) {
      const failed = asFailure(error);
      // Without an answer the same key is used again, so that nothing is created twice.
      if (failed.status !== 0) key.current = newKey();
      setFailure(failed.code === 'idempotency-key-reused' ? maybeCreated(failed) : failed);
      setBusy(false);
    }
  };

  const putAll = (changes: Values): void => {
    const next = { ...latest.current, ...changes };
    if (failure?.status !== 0) key.current = newKey();
    setValues(next);
    keep(next, base);
  };

  return {
    values,
    failure,
    theirs,
    isBusy,
    isRestored,
    submit,
    put: (name, value) => putAll({ [name]: value }),
    putAll,
    discard: () => {
      dropDraft(draft);
      setValues(begun());
      setBase(begun());
      version.current = item?.version ?? 0;
      setRestored(false);
      setFailure(null);
    },
  };
}

/** The form was changed after a request whose answer was lost. */
const maybeCreated = ({ code, status }: Failure): Failure =>
  new Failure(code, status, pageTexts.value.form.maybeCreated);
