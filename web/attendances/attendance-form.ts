/** The form and requests of attendances. */
import { api, type Schemas } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { ifUnchanged, once } from '../api/sending.ts';
import { pageTexts } from '../text/pages.ts';
import type { Query } from '../ui/address.ts';
import { notify } from '../ui/announce.tsx';
import type { FormSection } from '../ui/editor-state.ts';
import type { Page } from '../ui/listing.tsx';
import type { Resource } from '../ui/resource.tsx';

export type Attendance = Schemas['Attendance'];
type Written = Schemas['WrittenAttendance'];

export const listAttendances = (query: Query, signal: AbortSignal): Promise<Page<Attendance>> =>
  answered(api.GET('/attendances', { params: { query: { ...query, total: true } as never }, signal }));

/** How many names are suggested. */
const SUGGESTIONS = 10;

/** Names of clients, technicians or bases with words that begin as typed. */
export const suggest =
  (kind: 'clients' | 'technicians' | 'bases') =>
  async (typed: string): Promise<string[]> => {
    const q = typed.trim();
    const query = { limit: SUGGESTIONS, ...(q === '' ? {} : { q }) };
    const { items } = await answered(api.GET(`/${kind}`, { params: { query } }));
    return items.map(({ name }) => name);
  };

function sections(): FormSection[] {
  const t = pageTexts.value.attendances;
  return [
    {
      fields: [
        { name: 'externalId', label: t.externalId, required: true, hint: t.externalIdHint },
        {
          name: 'client',
          label: t.client,
          kind: 'name',
          required: true,
          hint: t.nameHint,
          suggest: suggest('clients'),
        },
        {
          name: 'technician',
          label: t.technician,
          kind: 'name',
          required: true,
          hint: t.nameHint,
          suggest: suggest('technicians'),
        },
        { name: 'base', label: t.base, kind: 'name', required: true, hint: t.nameHint, suggest: suggest('bases') },
        { name: 'deadline', label: t.deadline, kind: 'moment', required: true, hint: t.deadlineHint },
        { name: 'attendedAt', label: t.attendedAt, kind: 'moment', hint: t.attendedHint },
      ],
    },
  ];
}

export function attendanceResource(): Resource<Attendance> {
  const t = pageTexts.value.attendances;
  return {
    kind: 'attendance',
    one: t.one,
    add: t.add,
    nameOf: ({ externalId, client }) => `${externalId}, ${client.name}`,
    sectionsOf: sections,
    create: async (body, sending) =>
      told(await answered(api.POST('/attendances', { body: body as never, ...once(sending) }))),
    change: async (id, body, { version }) =>
      told(
        await answered(
          api.PATCH('/attendances/{id}', {
            params: { path: { id } },
            body: body as never,
            ...ifUnchanged(version),
          }),
        ),
      ),
    read: (id) => answered(api.GET('/attendances/{id}', { params: { path: { id } } })),
    remove: (id, version) =>
      answered(api.DELETE('/attendances/{id}', { params: { path: { id } }, ...ifUnchanged(version) })),
  };
}

/** A name that was mistyped is created: the person should notice. */
function told(written: Written): Written {
  const t = pageTexts.value.attendances;
  const names = written.created.map((kind) => `${t[kind]} ${written[kind].name}`);
  if (names.length > 0) notify(t.created(names.join(', ')));
  return written;
}
