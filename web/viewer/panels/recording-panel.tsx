/** What belongs to the recording: patient and study, notes and facts, its file, and other ECGs of the same patient. */
import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { answered } from '../../api/failure.ts';
import { ifUnchanged } from '../../api/sending.ts';
import { dateTime } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { announce, notify } from '../../ui/announce.tsx';
import { Editor } from '../../ui/editing.tsx';
import type { FormField } from '../../ui/form-fields.tsx';
import { Removing } from '../../ui/removing.tsx';
import type { Ecg, PanelProps } from '../viewer.ts';
import { FileSection } from './file-section.tsx';
import { Others } from './others.tsx';
import { PatientSection } from './patient-section.tsx';

export function RecordingPanel({ viewer }: PanelProps) {
  return (
    <>
      <PatientSection viewer={viewer} />
      <Others viewer={viewer} />
      <Facts viewer={viewer} />
      <FileSection viewer={viewer} />
      <Remove viewer={viewer} />
    </>
  );
}

function Facts({ viewer }: PanelProps) {
  const t = panelTexts.value.recording;
  const [isEdited, setEdited] = useState(false);
  const ecg = viewer.ecg.value;
  const facts: [string, string | null][] = [
    [t.date, ecg.date === null ? t.notStated : dateTime(ecg.date)],
    [t.externalId, ecg.externalId ?? t.notStated],
    [t.format, ecg.format.toUpperCase()],
    [t.file, ecg.fileName],
    [t.record, ecg.recordName],
    [t.uploaded, dateTime(ecg.createdAt)],
  ];
  return (
    <section>
      <h2>{t.facts}</h2>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {ecg.notes && <p class="notes">{ecg.notes}</p>}
      <button type="button" onClick={() => setEdited(true)}>
        {ecg.open.length > 0 ? t.edit : t.editNotes}
      </button>
      {isEdited && (
        <Editor<Ecg>
          title={ecg.open.length > 0 ? t.edit : t.editNotes}
          draft={`ecg:${ecg.id}`}
          item={ecg}
          sections={[{ fields: fieldsOf(ecg) }]}
          save={async (body, { version }) =>
            answered(
              api.PATCH('/ecgs/{id}', {
                params: { path: { id: ecg.id } },
                body: body as never,
                ...ifUnchanged(version),
              }),
            )
          }
          read={async () => answered(api.GET('/ecgs/{id}', { params: { path: { id: ecg.id } } }))}
          onSaved={(saved) => {
            viewer.ecg.value = saved;
            setEdited(false);
            announce(t.saved);
          }}
          onClose={() => setEdited(false)}
        />
      )}
    </section>
  );
}

/** The notes, and what the file left open. */
function fieldsOf({ open }: Ecg): FormField[] {
  const t = panelTexts.value.recording;
  return [
    { name: 'notes', kind: 'long', label: t.notes },
    ...(open.includes('date') ? [{ name: 'date', kind: 'moment' as const, label: t.date }] : []),
    ...(open.includes('externalId') ? [{ name: 'externalId', label: t.externalId, hint: t.externalIdHint }] : []),
  ];
}

function Remove({ viewer }: PanelProps) {
  const t = panelTexts.value.recording;
  const [isAsked, setAsked] = useState(false);
  const { route } = useLocation();
  return (
    <section>
      <button type="button" class="danger" onClick={() => setAsked(true)}>
        {t.remove}
      </button>
      {isAsked && (
        <Removing
          title={t.removing}
          remove={async () => {
            const { id, version } = viewer.ecg.peek();
            await answered(api.DELETE('/ecgs/{id}', { params: { path: { id } }, ...ifUnchanged(version) }));
          }}
          onRemoved={() => {
            notify(t.removed, 'good');
            route('/recordings', true);
          }}
          onClose={() => setAsked(false)}
        >
          <p>{t.removeLead}</p>
        </Removing>
      )}
    </section>
  );
}
