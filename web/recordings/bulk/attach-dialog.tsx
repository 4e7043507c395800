/** Attaches the selected recordings to a patient, and to one of the patient's studies. */
import { useState } from 'preact/hooks';
import { texts } from '../../text/index.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { movedCount, MoveNotice } from '../move-notice.tsx';
import { PatientPicker } from '../patient-picker.tsx';
import { StudyField } from '../study-field.tsx';
import { clearSelection, selection } from '../selection.ts';
import { attachThemTo, forAll, type Outcome } from './requests.ts';
import { Results } from './results.tsx';

export function AttachDialog({ onClose }: { onClose: (isChanged: boolean) => void }) {
  const t = texts.value.list.bulk;
  const [selected] = useState(() => [...selection.peek().values()]);
  const [patient, setPatient] = useState<string | null>(null);
  const [study, setStudy] = useState('');
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isBusy, setBusy] = useState(false);
  const owners = selected.map((one) => one.patient);
  const close = (): void => {
    if (isBusy) return;
    // The list brings the new versions of those that stay selected.
    if (outcome && !outcome.failure && outcome.results.every(({ code }) => code === null)) clearSelection();
    onClose(outcome !== null);
  };
  const attach = async (to: string | null): Promise<void> => {
    setBusy(true);
    setOutcome(await forAll(selected, attachThemTo(to, to === null || study === '' ? undefined : study)));
    setBusy(false);
  };
  return (
    <Dialog title={t.attachTitle(selected.length)} onClose={close}>
      {outcome ? (
        <Results selected={selected} {...outcome} />
      ) : (
        <>
          <PatientPicker
            value={patient}
            onValue={(id) => {
              setPatient(id);
              setStudy('');
            }}
          />
          {patient !== null && <StudyField patient={patient} value={study} onValue={setStudy} />}
          {patient !== null && <MoveNotice from={owners} to={patient} />}
        </>
      )}
      <footer>
        {!outcome && (
          <button type="button" class="plain" disabled={isBusy} onClick={() => void attach(null)}>
            {t.detachYes}
          </button>
        )}
        <button type="button" disabled={isBusy} onClick={close}>
          {outcome ? texts.value.close : texts.value.cancel}
        </button>
        {!outcome && (
          <button type="button" class="main" disabled={isBusy || patient === null} onClick={() => void attach(patient)}>
            {movedCount(owners, patient) > 0 ? t.moveYes : t.attachYes}
          </button>
        )}
      </footer>
    </Dialog>
  );
}
