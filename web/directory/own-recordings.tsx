/** The clinician's own recordings of a patient, the latest first. */
import { api, type Schemas } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { dateTime, duration, leadName } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import type { Page } from '../ui/listing.tsx';
import { Section } from '../ui/section.tsx';
import type { Column } from '../ui/table.tsx';

type Recording = Schemas['EcgShort'];

/** Entries that are shown at first, and added on demand. */
const PAGE = 20;

export function OwnRecordings({ patient }: { patient: string }) {
  const t = pageTexts.value.ownRecordings;
  const load = async (cursor: string | undefined, signal?: AbortSignal): Promise<Page<Recording>> => {
    const page = { limit: PAGE, total: true, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await answered(
      api.GET('/patients/{id}/ecgs', {
        params: { path: { id: patient }, query: { ...page, view: 'short', sort: '-date' } },
        ...(signal ? { signal } : {}),
      }),
    );
    return answer as Page<Recording>;
  };
  const columns: Column<Recording>[] = [
    {
      key: 'date',
      label: t.date,
      isRowHeader: true,
      render: ({ id, date }) => <a href={`/recordings/${id}`}>{date === null ? t.undated : dateTime(date)}</a>,
    },
    { key: 'file', label: t.file, render: ({ fileName, recordName }) => fileName ?? recordName },
    { key: 'leads', label: t.leads, render: ({ leads }) => leads.map(leadName).join(', ') },
    {
      key: 'duration',
      label: t.duration,
      isNumber: true,
      render: (recording) => recording.duration !== null && duration(recording.duration),
    },
    { key: 'format', label: t.format, render: ({ format }) => format.toUpperCase() },
  ];
  return <Section title={t.title} empty={t.empty} columns={columns} of={patient} load={load} followsChanges />;
}
