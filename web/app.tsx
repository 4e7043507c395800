/** The shell: who may see which page, the menu, and the pages, each loaded when it is first shown. */
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { IdleWarning } from './session/idle-warning.tsx';
import { LoginCover, LoginPage } from './session/login-page.tsx';
import { logOut, pageSession, session } from './session/session.ts';
import { texts, type Texts } from './text/index.ts';
import { Announcements, notify } from './ui/announce.tsx';
import { asFailure } from './api/failure.ts';
import { hasUploads } from './recordings/upload/presence.ts';
import { later } from './ui/later.tsx';
import { Notice } from './ui/notice.tsx';

type Role = 'admin' | 'clinician';

interface Entry {
  path: string;
  text: keyof Texts['menu'];
  roles: readonly Role[];
}

const BOTH: readonly Role[] = ['clinician', 'admin'];

/** The menu. A page that is not in the menu of a role cannot be opened by its address either. */
const MENU: readonly Entry[] = [
  { path: '/recordings', text: 'recordings', roles: ['clinician'] },
  { path: '/patients', text: 'patients', roles: BOTH },
  { path: '/attendances', text: 'attendances', roles: BOTH },
  { path: '/indicators', text: 'indicators', roles: BOTH },
  { path: '/imports', text: 'imports', roles: BOTH },
  { path: '/users', text: 'users', roles: ['admin'] },
  { path: '/system', text: 'system', roles: ['admin'] },
  { path: '/account', text: 'account', roles: BOTH },
];

interface Page {
  path: string;
  roles: readonly Role[];
  component: ComponentType;
}

const RecordingsPage = later(async () => (await import('./recordings/list-page.tsx')).ListPage);
const ViewerPage = later(async () => (await import('./viewer/viewer-page.tsx')).ViewerPage);
const PatientsPage = later(async () => (await import('./directory/patients-page.tsx')).PatientsPage);
const PatientPage = later(async () => (await import('./directory/patient-page.tsx')).PatientPage);
const AttendancesPage = later(async () => (await import('./attendances/attendances-page.tsx')).AttendancesPage);
const IndicatorsPage = later(async () => (await import('./attendances/indicators-page.tsx')).IndicatorsPage);
const ImportsPage = later(async () => (await import('./imports/imports-page.tsx')).ImportsPage);
const ImportPage = later(async () => (await import('./imports/import-page.tsx')).ImportPage);
const UsersPage = later(async () => (await import('./users/users-page.tsx')).UsersPage);
const SystemPage = later(async () => (await import('./system/system-page.tsx')).SystemPage);
const UploadDock = later(async () => (await import('./recordings/upload/dock.tsx')).UploadDock);
const AccountPage = later(async () => (await import('./account/account-page.tsx')).AccountPage);

/** Every address. The service answers the same ones with this application (`PAGES` in `src/http/web-app.ts`). */
const PAGES: readonly Page[] = [
  { path: '/recordings', roles: ['clinician'], component: RecordingsPage },
  { path: '/recordings/:id', roles: ['clinician'], component: ViewerPage },
  { path: '/patients', roles: BOTH, component: PatientsPage },
  { path: '/patients/:id', roles: BOTH, component: PatientPage },
  { path: '/attendances', roles: BOTH, component: AttendancesPage },
  { path: '/indicators', roles: BOTH, component: IndicatorsPage },
  { path: '/imports', roles: BOTH, component: ImportsPage },
  { path: '/imports/:id', roles: BOTH, component: ImportPage },
  { path: '/users', roles: ['admin'], component: UsersPage },
  { path: '/system', roles: ['admin'], component: SystemPage },
  { path: '/account', roles: BOTH, component: AccountPage },
];

const ResetPage = later(async () => (await import('./session/reset-page.tsx')).ResetPage);

export function App() {
  return (
    <LocationProvider>
      <ErrorBoundary>
        <Shell />
      </ErrorBoundary>
      <Announcements />
    </LocationProvider>
  );
}

function Shell() {
  const { path } = useLocation();
  const current = session.value ?? pageSession.value;
  if (path === '/reset') return <ResetPage />;
  if (!current) return <LoginPage />;
  return <Frame role={current.user.role} path={path} />;
}

/** Menu and page of somebody who is logged in. */
function Frame({ role, path }: { role: Role; path: string }) {
  const isAt = (entry: Entry): boolean => path === entry.path || path.startsWith(`${entry.path}/`);
  const here = MENU.find(isAt);
  const title = here ? texts.value.menu[here.text] : null;
  useEffect(() => {
    document.title = [title, texts.value.appName].filter(Boolean).join(' – ');
    // On a phone, the menu is wider than the window.
    document.querySelector('.bar nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [title]);
  const home = role === 'admin' ? '/users' : '/recordings';
  return (
    <>
      <a class="skip" href="#content">
        {texts.value.skip}
      </a>
      <header class="bar">
        <a class="brand" href={home}>
          {texts.value.appName}
        </a>
        <nav aria-label={texts.value.menu.label}>
          {MENU.filter(({ roles }) => roles.includes(role)).map((entry) => (
            <a href={entry.path} aria-current={isAt(entry) ? 'page' : undefined}>
              {texts.value.menu[entry.text]}
            </a>
          ))}
        </nav>
        <button type="button" class="plain" onClick={() => void leave()}>
          {texts.value.menu.logOut}
        </button>
      </header>
      <main id="content" tabIndex={-1}>
        <Router>
          {PAGES.map((page) => (
            <Route
              key={page.path}
              path={page.path}
              component={page.roles.includes(role) ? page.component : NotForYou}
            />
          ))}
          <Route path="/" component={() => <Redirect to={home} />} />
          <Route default component={NotFound} />
        </Router>
      </main>
      {hasUploads.value && <UploadDock />}
      {session.value ? <IdleWarning /> : <LoginCover />}
    </>
  );
}

async function leave(): Promise<void> {
  try {
    await logOut();
  } catch (error) {
    notify(asFailure(error).message, 'error');
  }
}

function Redirect({ to }: { to: string }) {
  const { route } = useLocation();
  queueMicrotask(() => route(to, true));
  return null;
}

const NotFound = () => (
  <div class="page">
    <h1>{texts.value.appName}</h1>
    <Notice kind="error">{texts.value.errors.notFound}</Notice>
  </div>
);

const NotForYou = () => (
  <div class="page">
    <h1>{texts.value.appName}</h1>
    <Notice kind="error">{texts.value.errors.notForYou}</Notice>
  </div>
);
