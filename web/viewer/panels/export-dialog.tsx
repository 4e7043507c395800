/** Export and print: pictures true to scale, the signals in every format, and the counts as a table. */
import { useId, useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { answered } from '../../api/failure.ts';
import { duration, formatTitle, texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { CsvButton } from '../../ui/download.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { timeText } from '../readings.ts';
import type { PanelProps } from '../viewer.ts';
import { DownloadLink } from './download-link.tsx';
import { exportAddress, insightsAddress, lineOf, type Part, pictureAddress } from './export-addresses.ts';

export function ExportDialog({ viewer, onClose }: PanelProps & { onClose: () => void }) {
  const t = panelTexts.value.export;
  const name = useId();
  const window = viewer.window.value;
  const line = lineOf(window, viewer.view.value.speed);
  const [isWhole, setWhole] = useState(false);
  const choices = [
    [false, t.window(timeText(window.from), timeText(window.to))],
    [true, t.whole(duration(viewer.duration))],
  ] as const;
  const [isDeidentified, setDeidentified] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [inexact, setInexact] = useState<readonly string[]>([]);
  const [date, setDate] = useState('');
  const { id, date: recorded } = viewer.ecg.value;
  const range = isWhole ? null : window;
  const timed = viewer.timeless.length === 0 ? undefined : viewer.channels.map(nameOf);
  const part: Part = { id, range, timed };
  const { data, failure } = useLoaded('formats', async (signal) => answered(api.GET('/formats', { signal })));
  const view = viewer.view.value;
  const paper = {
    ...view,
    deadBand: viewer.showsCrossings.value ? viewer.deadBand.value : null,
    annotations: viewer.showsEvents.value,
    calculated: viewer.calculated === null || viewer.showsCalculated.value,
    // Stacked, calculated leads are drawn only if they are named.
    channels: viewer.showsCalculated.value && view.layout === 'stacked' ? viewer.leads.map(nameOf) : undefined,
  };
  return (
    <Dialog title={t.title} onClose={onClose}>
      <fieldset class="choices">
        <legend>{t.range}</legend>
        {choices.map(([one, text]) => (
          <label key={text} class="check">
            <input type="radio" name={name} checked={isWhole === one} onChange={() => setWhole(one)} />
            {text}
          </label>
        ))}
      </fieldset>
      {viewer.laid.value && <Notice kind="info">{panelTexts.value.others.over.notExported}</Notice>}
      <h3>{t.picture}</h3>
      <div class="row">
        <DownloadLink
          onFailure={setFault}
          class="button main"
          isOpened
          href={pictureAddress(id, 'pdf', range ? (line ?? range) : whole(viewer), paper)}
        >
          {t.pdf}
        </DownloadLink>
        {line && !isWhole && (
          <DownloadLink onFailure={setFault} class="button" isOpened href={pictureAddress(id, 'pdf', window, paper)}>
            {t.allLines}
          </DownloadLink>
        )}
        <DownloadLink onFailure={setFault} class="button" href={pictureAddress(id, 'png', window, paper)}>
          {t.png}
        </DownloadLink>
        <DownloadLink onFailure={setFault} class="button" href={pictureAddress(id, 'svg', window, paper)}>
          {t.svg}
        </DownloadLink>
      </div>
      <p class="hint">
        {t.pdf}: {t.pdfHint} {line && !isWhole && t.line(timeText(line.from), timeText(line.to))}
      </p>
      <p class="hint">PNG, SVG: {t.pngHint}</p>
      <h3>{t.data}</h3>
      {timed && !isWhole && <Notice kind="info">{t.timed(viewer.timeless.join(', '))}</Notice>}
      <label class="check">
        <input
          type="checkbox"
          checked={isDeidentified}
          onChange={({ currentTarget }) => setDeidentified(currentTarget.checked)}
        />
        {t.deidentify}
      </label>
      {recorded === null && !isDeidentified && (
        <TextField type="datetime-local" step="1" label={t.date} hint={t.dateHint} value={date} onValue={setDate} />
      )}
      {failure && !data && <Notice kind="warning">{failure.message}</Notice>}
      {!data && !failure && <p class="quiet">{texts.value.loading}</p>}
      <div class="row formats">
        {data?.items
          .filter(({ isWritten }) => isWritten)
          .map((format) => (
            <DownloadLink
              onFailure={setFault}
              onWarnings={setInexact}
              key={format.id}
              class="button"
              href={exportAddress(part, format.id, isDeidentified, date)}
            >
              {formatTitle(format)}
              {format.experimental && <span class="quiet small">({t.experimental})</span>}
            </DownloadLink>
          ))}
      </div>
      {inexact.length > 0 && (
        <Notice kind="warning">
          {t.inexact}
          <ul>
            {inexact.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Notice>
      )}
      <h3>{t.counts}</h3>
      <CsvButton
        onFailure={setFault}
        label={t.csv}
        url={insightsAddress(part, viewer.deadBand.value)}
        name={`ecg-${id}-crossings.csv`}
      />
      {fault && <Notice kind="error">{fault}</Notice>}
      <footer>
        <button type="button" onClick={onClose}>
          {texts.value.close}
        </button>
      </footer>
    </Dialog>
  );
}

const nameOf = ({ name }: { name: string }): string => name;

const whole = ({ duration: to }: PanelProps['viewer']): { from: number; to: number } => ({ from: 0, to });
