/** The marks of the file in the window. */
import { texts } from '../text/index.ts';
import { Notice } from '../ui/notice.tsx';
import { perform } from './actions.ts';
import { leadNamed, timeText } from './readings.ts';
import type { PanelProps } from './viewer.ts';

export function MarksPanel({ viewer }: PanelProps) {
  const t = texts.value.viewer.events;
  const { from, to } = viewer.window.value;
  if (!viewer.events.areAny) return <p class="quiet">{t.none}</p>;
  const shown = viewer.events.shown(from, to).filter(({ source }) => source !== 'own');
  return (
    <>
      <div class="row">
        <button type="button" onClick={() => perform(viewer, 'eventBefore')} title={t.before}>
          ◀ {t.before}
        </button>
        <button type="button" onClick={() => perform(viewer, 'nextEvent')} title={t.next}>
          {t.next} ▶
        </button>
      </div>
      {viewer.events.failure.value && <Notice kind="warning">{viewer.events.failure.value.message}</Notice>}
      {viewer.events.isCut.value && <p class="hint">{t.cut}</p>}
      {shown.length === 0 ? (
        <p class="quiet">{t.noneHere}</p>
      ) : (
        <table>
          <caption class="visually-hidden">{t.title}</caption>
          <thead>
            <tr>
              {[t.time, t.lead, t.code, t.text].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, 200).map(({ at, channel, code, text }, i) => (
              <tr key={i}>
                <td>
                  <button type="button" class="plain" onClick={() => viewer.centre(at)}>
                    {timeText(at)}
                  </button>
                </td>
                <td>{channel === null ? t.allLeads : leadNamed(viewer, channel)}</td>
                <td>{code ?? '–'}</td>
                <td>{text ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
