/** Finds a patient of the directory by the beginning of the name or an identifier. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { day, texts } from '../text/index.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { TypedField } from './typed-field.tsx';

type Patient = Schemas['PatientList']['items'][number];

/** Patients that are shown. */
const SHOWN = 8;

interface Props {
  /** The id of the chosen patient. */
  value: string | null;
  onValue: (id: string, patient: Patient) => void;
  /** What to search at first, such as a name in the file. */
  initial?: string;
}

export function PatientPicker({ value, onValue, initial = '' }: Props) {
  const t = texts.value.list.bulk;
  const [q, setQ] = useState(initial);
  const { data, failure, reload } = useLoaded(q, async (signal) =>
    answered(api.GET('/patients', { params: { query: { ...(q !== '' && { q }), limit: SHOWN } }, signal })),
  );
  const items = data?.items ?? [];
  return (
    <div class="picker">
      <TypedField
        label={t.patient}
        type="search"
        hint={t.patientHint}
        value={q}
        onValue={(typed) => setQ(typed.trim())}
      />
      {failure && <FailureNotice failure={failure} onRetry={reload} labels={{ q: t.patient }} />}
      {data && items.length === 0 && <p class="quiet">{t.noPatientFound}</p>}
      <fieldset class="choices">
        <legend class="visually-hidden">{t.patient}</legend>
        {items.map((patient) => (
          <label key={patient.id} class="check">
            <input
              type="radio"
              name="patient"
              checked={patient.id === value}
              onChange={() => onValue(patient.id, patient)}
            />
            <span>
              {patient.firstName} {patient.lastName} <span class="quiet small">{about(patient)}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}

/** What tells patients of the same name apart. */
const about = ({ birthDate, identifiers }: Patient): string =>
  [birthDate === null ? '' : day(birthDate), identifiers[0]?.value ?? ''].filter((part) => part !== '').join(' · ');
