/** Chooses one of the studies of a patient, or none. Not shown if there is nothing to choose. */
import { api } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { dateTime, texts } from '../text/index.ts';
import { SelectField } from '../ui/field.tsx';
import { useLoaded } from '../ui/use-loaded.ts';

interface Props {
  patient: string;
  /** The id of the study; empty: none. */
  value: string;
  onValue: (id: string) => void;
}

export function StudyField({ patient, ...field }: Props) {
  const t = texts.value.list.bulk;
  const { data } = useLoaded(patient, async (signal) =>
    answered(api.GET('/patients/{id}/studies', { params: { path: { id: patient }, query: { limit: 50 } }, signal })),
  );
  if (!data || data.items.length === 0) return null;
  const studies = data.items.map(({ id, type, performedAt }) => {
    const when = performedAt === null ? '' : ` · ${dateTime(performedAt)}`;
    return [id, `${type}${when}`] as const;
  });
  return <SelectField label={t.study} options={[['', t.noStudy], ...studies]} {...field} />;
}
