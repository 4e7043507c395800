/** The uploaded file, if it is kept, and the other recordings in it. */
import { api } from '../../api/client.ts';
import { answered, asFailure } from '../../api/failure.ts';
import { API } from '../../api/paths.ts';
import { dateTime, size } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { partName } from '../../text/reading.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import type { PanelProps } from '../viewer.ts';
import { DownloadLink } from './download-link.tsx';

/** Recordings of the same file that are linked. */
const SHOWN = 12;

export function FileSection({ viewer }: PanelProps) {
  const t = panelTexts.value.recording;
  const { id, original } = viewer.ecg.value;
  const [first, ...others] = original?.files ?? [];
  const bytes = (original?.files ?? []).reduce((sum, file) => sum + file.bytes, 0);
  return (
    <section>
      <h2>{t.original}</h2>
      {first ? (
        <>
          <DownloadLink class="button" href={`${API}/ecgs/${id}/original`}>
            {t.download(others.length > 0 ? t.zipOf(others.length + 1) : (first.name ?? t.unnamedFile))} ({size(bytes)})
          </DownloadLink>
          <p class="hint">{t.originalHint}</p>
        </>
      ) : (
        <WhyNot id={id} />
      )}
      <Siblings viewer={viewer} />
    </section>
  );
}

/** Why the file is not kept: the service knows. */
function WhyNot({ id }: { id: string }) {
  const { data } = useLoaded(`original ${id}`, async (signal) =>
    answered(api.GET('/ecgs/{id}/original', { params: { path: { id } }, signal })).then(
      () => '',
      (error: unknown) => asFailure(error).message,
    ),
  );
  return <p class="quiet">{data}</p>;
}

function Siblings({ viewer }: PanelProps) {
  const t = panelTexts.value.recording;
  const { siblings } = viewer.ecg.value;
  const { data } = useLoaded(`siblings ${siblings.join()}`, async (signal) =>
    Promise.all(
      siblings
        .slice(0, SHOWN)
        .map(async (id) => answered(api.GET('/ecgs/{id}', { params: { path: { id } }, signal })).catch(() => null)),
    ),
  );
  if (siblings.length === 0) return null;
  return (
    <>
      <h3>{t.siblings}</h3>
      <ul class="plain">
        {siblings.slice(0, SHOWN).map((id, i) => {
          const found = data?.[i];
          return (
            <li key={id}>
              <a href={`/recordings/${id}`}>{t.sibling(found?.part ? partName(found.part) : String(i + 1))}</a>
              {found?.date && <span class="quiet small"> {dateTime(found.date)}</span>}
            </li>
          );
        })}
        {siblings.length > SHOWN && <li class="quiet">{t.moreSiblings(siblings.length - SHOWN)}</li>}
      </ul>
    </>
  );
}
