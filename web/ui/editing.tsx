/**
 * A form in a dialog that creates or changes something of the service: messages at the fields, drafts that survive a
 * lost line, and conflicts in which nothing that was typed is lost.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { Theirs } from './conflict.tsx';
import { Dialog } from './dialog.tsx';
import { dropDraft } from './drafts.ts';
import { type EditorProps, type EditorState, useEditor } from './editor-state.ts';
import { FormControl } from './form-fields.tsx';
import { faultOf } from './form-values.ts';
import { Notice } from './notice.tsx';

export function Editor<Item extends { version: number }>(props: EditorProps<Item>) {
  const { title, sections, draft, item, onClose, submit } = props;
  const t = pageTexts.value.form;
  const form = useEditor(props);
  const element = useRef<HTMLFormElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  const { failure, values, theirs } = form;
  const names = sections.flatMap(({ fields }) => fields.map(({ name }) => name));
  const hasMoments = sections.some(({ fields }) => fields.some(({ kind }) => kind === 'moment'));
  const faults = failure?.fields ?? [];

  useLayoutEffect(() => {
    if (failure) (element.current?.querySelector<HTMLElement>('[aria-invalid]') ?? notice.current)?.focus();
  }, [failure]);

  return (
    <Dialog title={title} onClose={onClose} wide={names.length > 8 || hasMoments}>
      <form
        ref={element}
        onSubmit={(event) => {
          event.preventDefault();
          void form.submit();
        }}
      >
        {form.isRestored && (
          <Notice kind="info">
            <span>{t.restored}</span>
            <button type="button" onClick={form.discard}>
              {t.discard}
            </button>
          </Notice>
        )}
        {failure && (
          <div tabIndex={-1} ref={notice}>
            <Fault form={form} names={names} />
          </div>
        )}
        {theirs.length > 0 && <Theirs form={form} sections={sections} />}
        {sections.map((section, index) => (
          <fieldset class="plain" key={section.title ?? index}>
            {section.title && <legend>{section.title}</legend>}
            <div class="grid">
              {section.fields.map((field) => (
                <FormControl
                  key={field.name}
                  field={field}
                  value={values[field.name] ?? ''}
                  error={faultOf(field.name, faults)}
                  onValue={(value) => form.put(field.name, value)}
                />
              ))}
            </div>
          </fieldset>
        ))}
        {names.length > 1 && <p class="hint">{t.required}</p>}
        <footer>
          <button
            type="button"
            onClick={() => {
              dropDraft(draft);
              onClose();
            }}
          >
            {texts.value.cancel}
          </button>
          <button type="submit" class="main" disabled={form.isBusy}>
            {submit ?? (theirs.length > 0 ? t.saveAnyway : item === null ? t.create : texts.value.save)}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** What went wrong as a whole, with the messages that belong to none of the fields. */
function Fault({ form: { failure, theirs }, names }: { form: EditorState; names: readonly string[] }) {
  const t = pageTexts.value.form;
  if (!failure) return null;
  const elsewhere = failure.fields.filter((fault) => names.every((name) => faultOf(name, [fault]) === undefined));
  const isMarked = failure.code === 'validation-failed' && elsewhere.length === 0;
  return (
    <Notice kind={theirs.length > 0 ? 'warning' : 'error'}>
      <span>
        {theirs.length > 0 ? t.theirs : isMarked ? t.invalid : failure.message}
        {elsewhere.map(({ path, message }) => (
          <span key={path} class="line">
            {path.slice(1)}: {message}
          </span>
        ))}
      </span>
    </Notice>
  );
}
