/** The other ECGs of the same patient, to be shown beside or over the present one. */
import { api, type Schemas } from '../../api/client.ts';
import { answered } from '../../api/failure.ts';
import { dateTime, duration, texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { Notice } from '../../ui/notice.tsx';
import { useChanges, useLoaded } from '../../ui/use-loaded.ts';
import type { Compared, PanelProps } from '../viewer.ts';
import { distanceText } from './distance.ts';

type Short = Schemas['EcgShort'];

/** ECGs that are listed. */
const SHOWN = 50;

export function Others({ viewer }: PanelProps) {
  const t = panelTexts.value.others;
  const { id, patient, date } = viewer.ecg.value;
  const list = useLoaded(`others ${patient ?? ''}`, async (signal) => {
    if (patient === null) return null;
    const query = { view: 'short', sort: '-date', limit: SHOWN + 1 } as const;
    return answered(api.GET('/patients/{id}/ecgs', { params: { path: { id: patient }, query }, signal }));
  });
  useChanges(list);
  const { data, failure } = list;
  const others = ((data?.items ?? []) as Short[]).filter((one) => one.id !== id);
  return (
    <section>
      <h2>{t.title}</h2>
      {patient === null && <p class="quiet">{t.noPatient}</p>}
      {failure && !data && <Notice kind="warning">{failure.message}</Notice>}
      {patient !== null && !data && !failure && <p class="quiet">{texts.value.loading}</p>}
      {patient !== null && data && others.length === 0 && <p class="quiet">{t.none}</p>}
      {patient !== null && (
        <ul class="plain others">
          {others.slice(0, SHOWN).map((other) => {
            const when = other.date === null ? t.undated : dateTime(other.date);
            return (
              <li key={other.id}>
                <span>
                  <a href={`/recordings/${other.id}`}>{when}</a>
                  <span class="quiet small line">
                    {[distanceText(date, other.date), other.duration !== null && duration(other.duration)]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </span>
                <span class="row">
                  <Show viewer={viewer} other={other} place="beside" text={t.besideShort} label={t.showOne(when)} />
                  <Show viewer={viewer} other={other} place="over" text={t.over.over} label={t.over.layOne(when)} />
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {data?.nextCursor != null && <p class="hint">{t.more}</p>}
    </section>
  );
}

interface ShowProps extends PanelProps {
  other: Short;
  place: Compared['place'];
  text: string;
  label: string;
}

/** Pressed while the ECG is shown in this way; another click takes it away. */
function Show({ viewer, other: { id }, place, text, label }: ShowProps) {
  const compared = viewer.compared.value;
  const isShown = compared?.id === id && compared.place === place;
  return (
    <button
      type="button"
      aria-pressed={isShown}
      aria-label={label}
      onClick={() => (viewer.compared.value = isShown ? null : { id, place })}
    >
      {text}
    </button>
  );
}
