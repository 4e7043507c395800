/** The dialogs of the viewer: all keys, go to a time, and what is shown as a table. */
import { useState } from 'preact/hooks';
import { leadName, number, texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { later } from '../../ui/later.tsx';
import { KEYS } from '../keys.ts';
import { leadNamed, parsedTime, readingText, signed, timeText } from '../readings.ts';
import type { PanelProps, Viewer } from '../viewer.ts';

const ExportDialog = later<PanelProps & { onClose: () => void }>(
  async () => (await import('./export-dialog.tsx')).ExportDialog,
  { isQuiet: true },
);

export function Dialogs({ viewer }: { viewer: Viewer }) {
  const close = (): void => {
    viewer.dialog.value = null;
  };
  const dialog = viewer.dialog.value;
  if (dialog === 'help') return <Help onClose={close} />;
  if (dialog === 'export') return <ExportDialog viewer={viewer} onClose={close} />;
  if (dialog === 'jump') return <Jump viewer={viewer} onClose={close} />;
  return dialog === 'table' ? <Table viewer={viewer} onClose={close} /> : null;
}

function Help({ onClose }: { onClose: () => void }) {
  const t = panelTexts.value.keys;
  const half = Math.ceil(KEYS.length / 2);
  return (
    <Dialog title={t.title} onClose={onClose} wide>
      <div class="keys">
        {[KEYS.slice(0, half), KEYS.slice(half)].map((keys, i) => (
          <table key={i}>
            <thead class="visually-hidden">
              <tr>
                <th scope="col">{t.key}</th>
                <th scope="col">{t.does}</th>
              </tr>
            </thead>
            <tbody>
              {keys.map(({ action, shown }) => (
                <tr key={action}>
                  <th scope="row">
                    <kbd>{shown}</kbd>
                  </th>
                  <td>{t[action]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      <h3>{t.gestures}</h3>
      <ul>
        {[t.wheel, t.drag, t.double, t.snap].map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Dialog>
  );
}

function Jump({ viewer, onClose }: { viewer: Viewer; onClose: () => void }) {
  const t = panelTexts.value.jumpDialog;
  const [text, setText] = useState('');
  const [error, setError] = useState<string | undefined>();
  const submit = (): void => {
    const time = parsedTime(text);
    if (time === null) setError(t.invalid);
    else if (time > viewer.duration) setError(t.outside(timeText(viewer.duration)));
    else {
      viewer.event = null;
      viewer.centre(time);
      onClose();
    }
  };
  return (
    <Dialog title={t.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField
          label={t.time}
          hint={t.hint(timeText(viewer.duration))}
          value={text}
          onValue={setText}
          error={error}
          autofocus
        />
        <footer>
          <button type="submit" class="main">
            {t.submit}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

const value = (one: number | null): string => (one === null ? '–' : signed(one, 3));

/** The picture in numbers: for screen readers, and for copying. */
function Table({ viewer, onClose }: { viewer: Viewer; onClose: () => void }) {
  const t = texts.value.viewer;
  const table = panelTexts.value.tableDialog;
  const { from, to } = viewer.window.value;
  const counted = viewer.counts.window.value?.channels ?? [];
  const reading = readingText(viewer);
  const marks = viewer.events.shown(from, to);
  return (
    <Dialog title={table.title} onClose={onClose} wide>
      <p>{table.window(timeText(from), timeText(to))}</p>
      {reading !== '' && (
        <p>
          {table.caliper}: {reading}
        </p>
      )}
      {viewer.laid.value && <p>{viewer.laid.value.text}</p>}
      <div class="table-frame" tabIndex={0} role="group" aria-label={t.counts.caption}>
        <table>
          <caption>{t.counts.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{t.counts.lead}</th>
              {[t.counts.window, t.counts.perSecond, table.minimum, table.maximum, table.mean, t.counts.missing].map(
                (head) => (
                  <th key={head} scope="col" class="number">
                    {head}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {counted.map((one) => (
              <tr key={one.name}>
                <th scope="row">
                  {leadName(one)} {one.unit && <span class="quiet">({one.unit})</span>}
                </th>
                <td class="number">{number(one.zeroCrossings)}</td>
                <td class="number">{value(one.crossingsPerSecond)}</td>
                <td class="number">{value(one.minimum)}</td>
                <td class="number">{value(one.maximum)}</td>
                <td class="number">{value(one.mean)}</td>
                <td class="number">{number(one.missing)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {marks.length > 0 && (
        <>
          <h3>{t.events.title}</h3>
          <ul>
            {marks.map(({ at, channel, code, text }, i) => (
              <li key={i}>
                {[timeText(at), channel === null ? t.events.allLeads : leadNamed(viewer, channel), code, text]
                  .filter(Boolean)
                  .join(' · ')}
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
