/** Says that recordings of other patients are about to be moved, and names who has them and who gets them. */
import { api } from '../api/client.ts';
import { answered, asFailure } from '../api/failure.ts';
import { day, texts } from '../text/index.ts';
import { Notice } from '../ui/notice.tsx';
import { useLoaded } from '../ui/use-loaded.ts';

/** Patients who are named; more are counted. */
const NAMED = 5;

interface Props {
  /** The ids of the patients who have the recordings now. */
  from: readonly (string | null)[];
  /** The id of the patient who gets them. */
  to: string;
}

/** How many of these recordings belong to other patients. */
export const movedCount = (from: Props['from'], to: string | null): number =>
  to === null ? 0 : from.filter((patient) => patient !== null && patient !== to).length;

/** Nothing if no recording is moved. */
export function MoveNotice({ from, to }: Props) {
  const t = texts.value.list.bulk;
  const others = [...new Set(from)].filter((patient) => patient !== null && patient !== to);
  const shown = others.slice(0, NAMED);
  const ids = [to, ...shown] as string[];
  const key = ids.join(' ');
  const { data, failure } = useLoaded(key, async (signal) => ({
    key,
    names: await Promise.all(ids.map(async (id) => nameOf(id, signal))),
  }));
  const isLoaded = data?.key === key;
  if (others.length === 0 || (!isLoaded && !failure)) return null;
  const [name = to, ...names] = isLoaded ? data.names : ids;
  const more = others.length > NAMED ? [texts.value.list.moreLeads(others.length - NAMED)] : [];
  return <Notice kind="warning">{t.moving(movedCount(from, to), [...names, ...more].join(', '), name)}</Notice>;
}

/** Name and birth date, since patients may have the same name. @returns the id if there is no such patient any more */
async function nameOf(id: string, signal: AbortSignal): Promise<string> {
  try {
    const found = await answered(api.GET('/patients/{id}', { params: { path: { id } }, signal }));
    const name = [found.firstName, found.lastName].filter(Boolean).join(' ') || id;
    return found.birthDate === null ? name : `${name} (${day(found.birthDate)})`;
  } catch (error) {
    if (asFailure(error).status !== 404) throw error;
    return id;
  }
}
