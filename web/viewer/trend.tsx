/** Crossings per minute of the selected lead over the whole recording; a click goes to that time. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { leadName, number, texts } from '../text/index.ts';
import { Notice } from '../ui/notice.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { timeText } from './readings.ts';
import { drawTrend, type TrendData } from './trend-chart.ts';
import type { Viewer } from './viewer.ts';

/** Below so many windows there is nothing to see. */
const LEAST_POINTS = 3;
const MINUTE = 60;
const LEAST_WINDOW = 10;

/** Whole minutes are quick; short recordings are counted in parts of ten seconds. */
const windowFor = (duration: number): number => (duration >= 5 * MINUTE ? MINUTE : LEAST_WINDOW);

export function Trend({ viewer }: { viewer: Viewer }) {
  const t = texts.value.viewer.trend;
  const window = windowFor(viewer.duration);
  const channel = viewer.channelAt(viewer.selected.value);
  const { name } = channel;
  const lead = leadName(channel);
  const isShort = viewer.duration < window * LEAST_POINTS;
  const { id, version } = viewer.ecg.value;
  const { data, failure } = useLoaded(`${id} ${version} ${name} ${window}`, async (signal) =>
    isShort ? null : load(id, name, window, signal),
  );
  if (isShort) return null;
  const known = (data?.values ?? []).filter((value) => value !== null);
  return (
    <section class="trend">
      <h2>{t.title(lead)}</h2>
      {failure && <Notice kind="warning">{failure.message}</Notice>}
      {data ? (
        <>
          <Chart
            viewer={viewer}
            data={data}
            label={t.chart(lead, number(Math.min(...known)), number(Math.max(...known)))}
          />
          <p class="hint">{t.hint}</p>
          <TrendTable viewer={viewer} data={data} />
        </>
      ) : (
        !failure && <p class="quiet">{t.loading}</p>
      )}
    </section>
  );
}

async function load(id: string, name: string, window: number, signal: AbortSignal): Promise<TrendData> {
  const series = await answered(
    api.GET('/ecgs/{id}/insights/series', { params: { path: { id }, query: { window, channels: name } }, signal }),
  );
  if (typeof series === 'string') throw new TypeError('a series as CSV');
  const channel = series.channels.find((one) => one.name === name);
  const values = (channel?.zeroCrossings ?? []).map((count, i) => {
    const samples = channel?.samples[i] ?? 0;
    const present = samples - (channel?.missing[i] ?? 0);
    return present === 0 || !channel ? null : (count / (samples / channel.samplingRate)) * MINUTE;
  });
  return { window, values };
}

function Chart({ viewer, data, label }: { viewer: Viewer; data: TrendData; label: string }) {
  const room = useRef<HTMLDivElement>(null);
  useEffect(() => (room.current ? drawTrend(room.current, viewer, data) : undefined), [viewer, data]);
  return <div class="trend-chart" ref={room} role="img" aria-label={label} />;
}

/** The same in numbers, for those who do not see the chart or use no pointer; made when it is opened. */
function TrendTable({ viewer, data }: { viewer: Viewer; data: TrendData }) {
  const t = texts.value.viewer.trend;
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t.table}</summary>
      {isOpen && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t.time}</th>
              <th scope="col" class="number">
                {t.value}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.values.map((value, i) => (
              <tr key={i}>
                <td>
                  <button type="button" class="plain" onClick={() => viewer.moveTo(i * data.window)}>
                    {timeText(i * data.window)}
                  </button>
                </td>
                <td class="number">{value === null ? '–' : number(value, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
