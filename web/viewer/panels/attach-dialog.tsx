/** Attaches the recording to a patient: one whom the file suggests, or one found in the directory. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client.ts';
import { answered, asFailure } from '../../api/failure.ts';
import { movedCount, MoveNotice } from '../../recordings/move-notice.tsx';
import { PatientPicker } from '../../recordings/patient-picker.tsx';
import { StudyField } from '../../recordings/study-field.tsx';
import { day, texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { announce } from '../../ui/announce.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import type { PanelProps } from '../viewer.ts';
import { attached, presentOf } from './attaching.ts';

type Suggestion = Schemas['EcgSuggestions']['items'][number];

export function AttachDialog({ viewer, onClose }: PanelProps & { onClose: () => void }) {
  const t = panelTexts.value.attach;
  const ecg = viewer.ecg.value;
  const [patient, setPatient] = useState<string | null>(ecg.patient);
  const [study, setStudy] = useState(ecg.study ?? '');
  const [fault, setFault] = useState<{ kind: 'error' | 'warning'; text: string } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const choose = (id: string, studies: readonly string[] = []): void => {
    setPatient(id);
    setStudy(studies.length === 1 ? (studies[0] as string) : '');
  };
  const submit = async (): Promise<void> => {
    if (patient === null) return;
    setBusy(true);
    try {
      viewer.ecg.value = await attached(ecg, { patient, study: study === '' ? null : study });
      announce(t.attached);
      onClose();
    } catch (error) {
      const failure = asFailure(error);
      setFault({ kind: 'error', text: failure.message });
      if (failure.code === 'version-stale') setFault(await followed());
      setBusy(false);
    }
  };
  /** Shows what the recording belongs to now; the next attempt is made as of that. */
  const followed = async (): Promise<{ kind: 'error' | 'warning'; text: string }> => {
    try {
      const present = await presentOf(ecg);
      viewer.ecg.value = present;
      return { kind: 'warning', text: t.conflict(await nameOf(present.patient)) };
    } catch (error) {
      return { kind: 'error', text: asFailure(error).message };
    }
  };

  return (
    <Dialog title={t.title} onClose={onClose}>
      {fault && <Notice kind={fault.kind}>{fault.text}</Notice>}
      <Suggestions id={ecg.id} value={patient} onValue={choose} />
      <PatientPicker value={patient} onValue={(id) => choose(id)} />
      {patient !== null && <StudyField patient={patient} value={study} onValue={setStudy} />}
      {patient !== null && <MoveNotice from={[ecg.patient]} to={patient} />}
      <footer>
        <button type="button" onClick={onClose}>
          {texts.value.cancel}
        </button>
        <button type="button" class="main" disabled={isBusy || patient === null} onClick={() => void submit()}>
          {movedCount([ecg.patient], patient) > 0 ? texts.value.list.bulk.moveYes : t.submit}
        </button>
      </footer>
    </Dialog>
  );
}

interface SuggestionsProps {
  id: string;
  value: string | null;
  onValue: (id: string, studies: readonly string[]) => void;
}

function Suggestions({ id, value, onValue }: SuggestionsProps) {
  const t = panelTexts.value.attach;
  // A failure suggests nothing: the directory can be searched.
  const { data } = useLoaded(`suggestions ${id}`, async (signal) =>
    answered(api.GET('/ecgs/{id}/suggestions', { params: { path: { id } }, signal })),
  );
  if (!data || data.items.length === 0) return null;
  return (
    <>
      <fieldset class="choices suggested">
        <legend>{t.suggested}</legend>
        {data.items.map(({ patient, reasons, studies }) => (
          <label key={patient.id} class="check">
            <input
              type="radio"
              name="suggested"
              checked={patient.id === value}
              onChange={() => onValue(patient.id, studies)}
            />
            <span>
              {patient.firstName} {patient.lastName}{' '}
              <span class="quiet small">{[born(patient), ...reasons.map((one) => t.reasons[one])].join(' · ')}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <h3>{t.search}</h3>
    </>
  );
}

const born = ({ birthDate }: Suggestion['patient']): string => (birthDate === null ? '' : day(birthDate));

/** The name of a patient. @throws Failure */
async function nameOf(id: string | null): Promise<string> {
  if (id === null) return panelTexts.peek().attach.nobody;
  const { firstName, lastName } = await answered(api.GET('/patients/{id}', { params: { path: { id } } }));
  return [firstName, lastName].filter(Boolean).join(' ') || texts.peek().viewer.patientId(id);
}
