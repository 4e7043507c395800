/** The patient and the study of the recording: attach, change, detach. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { answered, asFailure } from '../../api/failure.ts';
import { dateTime } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { announce, notify } from '../../ui/announce.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import type { PanelProps } from '../viewer.ts';
import { AttachDialog } from './attach-dialog.tsx';
import { attached, presentOf } from './attaching.ts';

export function PatientSection({ viewer }: PanelProps) {
  const t = panelTexts.value.recording;
  const { patient, study } = viewer.ecg.value;
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { data: name } = useLoaded(`study ${study ?? ''}`, async (signal) => {
    if (study === null) return null;
    const found = await answered(api.GET('/studies/{id}', { params: { path: { id: study } }, signal }));
    return [found.type, found.performedAt === null ? '' : dateTime(found.performedAt)].filter(Boolean).join(' · ');
  });
  const { data: person } = useLoaded(`name ${patient ?? ''}`, async (signal) => {
    if (patient === null) return '';
    const found = await answered(api.GET('/patients/{id}', { params: { path: { id: patient } }, signal }));
    return [found.firstName, found.lastName].filter(Boolean).join(' ');
  });
  const detach = async (): Promise<void> => {
    setBusy(true);
    try {
      viewer.ecg.value = await attached(viewer.ecg.peek(), { patient: null, study: null });
      announce(t.detached);
    } catch (error) {
      notify(asFailure(error).message, 'error');
      if (asFailure(error).code === 'version-stale') viewer.ecg.value = await presentOf(viewer.ecg.peek());
    }
    setBusy(false);
  };
  return (
    <section>
      <h2>{t.patient}</h2>
      {patient === null ? (
        <p class="quiet">{t.noPatient}</p>
      ) : (
        <p>
          <a href={`/patients/${patient}`}>{person || t.openPatient}</a>
          {study !== null && name && <span class="line">{t.study(name)}</span>}
        </p>
      )}
      <div class="row">
        <button type="button" onClick={() => setAsked(true)}>
          {patient === null ? t.attach : t.change}
        </button>
        {patient !== null && (
          <button type="button" class="plain" disabled={isBusy} onClick={() => void detach()}>
            {t.detach}
          </button>
        )}
      </div>
      {isAsked && <AttachDialog viewer={viewer} onClose={() => setAsked(false)} />}
    </section>
  );
}
