/** An own mark that is edited in its place in the list. Its ends are typed, or moved with the caliper on the paper. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { answered } from '../../api/failure.ts';
import { ifUnchanged } from '../../api/sending.ts';
import { leadName, number, texts } from '../../text/index.ts';
import { pageTexts } from '../../text/pages.ts';
import { panelTexts } from '../../text/panels.ts';
import { Theirs } from '../../ui/conflict.tsx';
import { dropDraft } from '../../ui/drafts.ts';
import { type EditorState, useEditor } from '../../ui/editor-state.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { FormControl, type FormField } from '../../ui/form-fields.tsx';
import { faultOf, type Values } from '../../ui/form-values.ts';
import { Notice } from '../../ui/notice.tsx';
import { useAgain } from '../../ui/use-again.ts';
import { timeText } from '../readings.ts';
import type { Viewer } from '../viewer.ts';
import { channelOf, useMarkCaliper } from './mark-caliper.ts';
import { formOf, type MarkForm, patchOf, timeFault } from './mark-form.ts';
import { type OwnMark, rrOfRate, TIME_KINDS } from './measuring.ts';

interface EditMarkProps {
  viewer: Viewer;
  mark: OwnMark;
  onSaved: (mark: OwnMark) => void;
  onClose: () => void;
}

const TIMES: readonly string[] = ['from', 'until'];
/** Where the service names the fields otherwise. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  from: ['from', 'at'],
  until: ['to', 'value.ms'],
  lead: ['channel'],
  kind: ['value.kind'],
  rate: ['value.rrMs'],
  mV: ['value.mV'],
};

export function EditMark({ viewer, mark, onSaved, onClose }: EditMarkProps) {
  const t = panelTexts.value.own;
  const present = useRef(mark);
  const element = useRef<HTMLFormElement>(null);
  const sent = useRef<Values | null>(null);
  const sections = [{ fields: fieldsOf(viewer, mark) }] as const;
  const params = { path: { id: viewer.ecg.peek().id, annotationId: mark.id } };
  const adopt = (stored: OwnMark): MarkForm => {
    present.current = stored;
    return formOf(stored);
  };
  const draft = `mark:${mark.id}`;
  const form = useEditor<MarkForm>({
    title: '',
    sections,
    draft,
    item: formOf(mark),
    save: async (body, { version }) => {
      const patch = patchOf(present.current, body, (lead) => viewer.rateOf(channelOf(viewer, lead)));
      return adopt(
        await answered(
          api.PATCH('/ecgs/{id}/annotations/{annotationId}', { params, body: patch, ...ifUnchanged(version) }),
        ),
      );
    },
    read: async () => adopt(await answered(api.GET('/ecgs/{id}/annotations/{annotationId}', { params }))),
    onSaved: () => onSaved(present.current),
    onClose,
  });
  const move = useMarkCaliper(viewer, mark, form);
  const faults = faultsOf(viewer, mark, form);
  const isUnmeasured = mark.value?.mV != null && form.values['mV'] === '';
  const canSave = !form.isBusy && !isUnmeasured && Object.keys(faults).length === 0;
  const submit = (): void => {
    sent.current = form.values;
    if (canSave) void form.submit();
  };
  // Not while something else is being typed. It is safe: a version is changed only once.
  useAgain(form.values === sent.current ? form.failure : null, submit);
  // At once: what is typed next belongs there.
  useLayoutEffect(() => element.current?.querySelector<HTMLElement>('input')?.focus(), []);
  const fields = sections[0].fields.filter(({ name }) => name !== 'rate' || form.values['kind'] === 'QT');
  const isElsewhere = form.theirs.length === 0 && fields.every(({ name }) => refused(name, form) === undefined);
  const control = (field: FormField) =>
    field.name === 'mV' ? (
      <p key="mV">
        {field.label}: <strong>{number(Number(form.values['mV']), 3)}</strong> {refused('mV', form)}
      </p>
    ) : (
      <FormControl
        key={field.name}
        field={field}
        value={form.values[field.name] ?? ''}
        error={faults[field.name] ?? refused(field.name, form)}
        onValue={(value) => move({ [field.name]: value })}
      />
    );

  return (
    <form
      ref={element}
      aria-label={t.editing}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {form.isRestored && (
        <Notice kind="info">
          <span>{pageTexts.value.form.restored}</span>
          <button type="button" onClick={form.discard}>
            {pageTexts.value.form.discard}
          </button>
        </Notice>
      )}
      {form.failure && isElsewhere && <FailureNotice failure={form.failure} onRetry={submit} />}
      {form.theirs.length > 0 && (
        <>
          <Notice kind="warning">{pageTexts.value.form.theirs}</Notice>
          <Theirs form={form} sections={sections} />
        </>
      )}
      <div class="times">{fields.filter(({ name }) => TIMES.includes(name)).map(control)}</div>
      {fields.filter(({ name }) => !TIMES.includes(name)).map(control)}
      {isUnmeasured && <p class="hint">{panelTexts.value.measure.noVoltage}</p>}
      <p class="hint">{t.moveHint}</p>
      <div class="row">
        <button type="submit" class="main" disabled={!canSave}>
          {form.theirs.length > 0 ? pageTexts.value.form.saveAnyway : texts.value.save}
        </button>
        <button
          type="button"
          onClick={() => {
            dropDraft(draft);
            onClose();
          }}
        >
          {texts.value.cancel}
        </button>
      </div>
    </form>
  );
}

function fieldsOf(viewer: Viewer, { value, channel }: OwnMark): FormField[] {
  const { own, note, measure } = panelTexts.value;
  const leads = viewer.channels.map((one) => [one.name, leadName(one)] as const);
  const isTimed = value !== null && value.kind !== 'amplitude';
  return [
    ...(isTimed
      ? [
          {
            name: 'kind',
            label: measure.kind,
            kind: 'choice' as const,
            required: true,
            options: TIME_KINDS.map((one) => [one, measure.kinds[one]] as const),
          },
        ]
      : []),
    { name: 'from', label: own.from, required: true },
    { name: 'until', label: own.until, required: value !== null, ...(value ? {} : { hint: own.untilHint }) },
    {
      name: 'lead',
      label: note.lead,
      kind: 'choice',
      none: note.allLeads,
      options: leads,
      required: value !== null && channel !== null,
    },
    ...(value?.mV == null ? [] : [{ name: 'mV', label: own.mV, kind: 'number' as const }]),
    ...(isTimed ? [{ name: 'rate', label: measure.rate }] : []),
    { name: 'code', label: own.code },
    { name: 'text', label: value ? measure.remark : note.text, kind: 'long' },
  ];
}

/** What is wrong before it is sent, by field. */
function faultsOf(viewer: Viewer, { value }: OwnMark, { values }: EditorState): Record<string, string> {
  const t = panelTexts.value.jumpDialog;
  const found: Record<string, string> = {};
  for (const name of TIMES) {
    const fault = timeFault(values[name] ?? '', viewer.duration, name === 'from' || value !== null);
    if (fault) found[name] = fault === 'invalid' ? t.invalid : t.outside(timeText(viewer.duration));
  }
  const rate = values['rate'] ?? '';
  if (rate.trim() !== '' && rrOfRate(rate) === null) found['rate'] = panelTexts.value.measure.rateInvalid;
  return found;
}

/** What the service said of a field. */
function refused(name: string, { failure }: EditorState): string | undefined {
  for (const path of PATHS[name] ?? [name]) {
    const fault = faultOf(path, failure?.fields ?? []);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
