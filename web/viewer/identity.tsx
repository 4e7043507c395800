/** Who the recording is of, and what it is: always visible, so that no ECG is read under the wrong name. */
import { api } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { dateTime, texts } from '../text/index.ts';
import { useLoaded } from '../ui/use-loaded.ts';
import { aboutPatient, factsOf, nameOf } from './identity-text.ts';
import type { Viewer } from './viewer.ts';

export function Identity({ viewer }: { viewer: Viewer }) {
  const t = texts.value.viewer;
  const ecg = viewer.ecg.value;
  const { patient: id } = ecg;
  const { data: patient } = useLoaded(`patient ${id ?? ''}`, async (signal) =>
    id === null ? null : answered(api.GET('/patients/{id}', { params: { path: { id } }, signal })),
  );
  return (
    <header class="identity" aria-label={t.identity}>
      <a class="button plain" href="/recordings" aria-label={t.back} title={t.back}>
        ←
      </a>
      <div class="identity-who">
        <h1>{nameOf(ecg, patient)}</h1>
        <span>{aboutPatient(ecg, patient)}</span>
      </div>
      <div class="identity-what">
        <span>{ecg.date === null ? t.untitled : dateTime(ecg.date)}</span>
        <span class="quiet">{factsOf(ecg)}</span>
      </div>
      <button type="button" title={t.exportTitle} onClick={() => (viewer.dialog.value = 'export')}>
        {t.export}
      </button>
    </header>
  );
}
