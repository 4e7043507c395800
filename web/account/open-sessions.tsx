/** Where the user is logged in, and how to end it. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../api/client.ts';
import { answered, asFailure } from '../api/failure.ts';
import { dateTime, texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { notify } from '../ui/announce.tsx';
import { Notice } from '../ui/notice.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { browserName } from './browser-name.ts';

type OpenSession = Schemas['Session'];

export function OpenSessions() {
  const t = pageTexts.value.account;
  const { data, failure, reload } = useLoaded('sessions', async (signal) =>
    answered(api.GET('/auth/sessions', { signal })),
  );
  const [isBusy, setBusy] = useState(false);
  const act = async (work: Promise<unknown>, done: string): Promise<void> => {
    setBusy(true);
    try {
      await work;
      notify(done, 'good');
    } catch (error) {
      notify(asFailure(error).message, 'error');
    }
    setBusy(false);
    reload();
  };
  const end = (id: string): Promise<void> =>
    act(answered(api.DELETE('/auth/sessions/{id}', { params: { path: { id } } })), t.ended);
  const endOthers = (): Promise<void> => act(answered(api.DELETE('/auth/sessions')), t.othersEnded);
  const sessions = data?.items ?? [];
  const others = sessions.filter(({ isCurrent }) => !isCurrent);
  return (
    <section class="card" aria-labelledby="sessions">
      <div class="row spread">
        <h2 id="sessions">{t.sessions}</h2>
        {others.length > 0 && (
          <button type="button" disabled={isBusy} onClick={() => void endOthers()}>
            {t.endOthers}
          </button>
        )}
      </div>
      {failure && (
        <Notice kind="error">
          <span>{failure.message}</span>
          <button type="button" onClick={reload}>
            {texts.value.retry}
          </button>
        </Notice>
      )}
      {data && <p class="quiet">{others.length > 0 ? t.sessionsLead : t.onlyOne}</p>}
      {data && (
        // Focusable, since it may have to be scrolled sideways.
        <div class="table-frame" tabIndex={0} role="group" aria-labelledby="sessions">
          <table>
            <thead>
              <tr>
                <th>{t.browser}</th>
                <th>{t.address}</th>
                <th>{t.begun}</th>
                <th>{t.lastUsed}</th>
                <th>{t.ends}</th>
                <th>
                  <span class="visually-hidden">{t.end}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.map((one) => (
                <SessionRow key={one.id} session={one} isBusy={isBusy} onEnd={() => void end(one.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function SessionRow(props: { session: OpenSession; isBusy: boolean; onEnd: () => void }) {
  const t = pageTexts.value.account;
  const { agent, address, createdAt, lastUsedAt, expiresAt, isCurrent } = props.session;
  const name = browserName(agent) ?? t.unknownBrowser;
  return (
    <tr>
      <td title={agent ?? undefined}>
        {name} {isCurrent && <span class="badge good">{t.thisOne}</span>}
      </td>
      <td>{address}</td>
      <td class="time">{dateTime(createdAt)}</td>
      <td class="time">{dateTime(lastUsedAt)}</td>
      <td class="time">{dateTime(expiresAt)}</td>
      <td class="number">
        {!isCurrent && (
          <button
            type="button"
            disabled={props.isBusy}
            aria-label={t.endLabel(name, dateTime(createdAt))}
            onClick={props.onEnd}
          >
            {t.end}
          </button>
        )}
      </td>
    </tr>
  );
}
