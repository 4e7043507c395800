/** The state of the service, for administrators: versions, database, disk, counts and jobs. No data of patients. */
import type { ComponentChildren } from 'preact';
import { api, type Schemas } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { dateTime, duration, number, size, texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import { useLoaded } from '../ui/use-loaded.ts';

type System = Schemas['System'];

export function SystemPage() {
  const t = pageTexts.value.system;
  const { data, failure, isLoading, reload } = useLoaded('system', (signal) =>
    answered(api.GET('/system', { signal })),
  );
  return (
    <div class="page">
      <div class="heading">
        <h1>{t.title}</h1>
        <button type="button" disabled={isLoading} onClick={reload}>
          {t.refresh}
        </button>
      </div>
      {failure && <FailureNotice failure={failure} onRetry={reload} />}
      {data === null && !failure && <p class="quiet">{texts.value.loading}</p>}
      {data && (
        <div class="charts" aria-busy={isLoading}>
          <Service system={data} />
          <Database database={data.database} />
          <Disk disk={data.disk} />
          <Jobs jobs={data.jobs} />
          <Counts counts={data.counts} />
        </div>
      )}
    </div>
  );
}

type Fact = readonly [label: string, value: string];

function Card({ title, facts, children }: { title: string; facts: readonly Fact[]; children?: ComponentChildren }) {
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {children}
      <dl class="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Service({ system }: { system: System }) {
  const t = pageTexts.value.system;
  const { migrations } = system;
  const missing = migrations.filter(({ isDone }) => !isDone).map(({ name }) => name);
  return (
    <Card
      title={t.service}
      facts={[
        [t.version, system.version],
        [t.node, system.node],
        [t.started, dateTime(system.startedAt)],
        [t.uptime, duration(system.uptimeSeconds)],
        [t.instances, number(system.jobs.instances)],
        [t.migrations, t.migrationsDone(migrations.length - missing.length, migrations.length)],
      ]}
    >
      {missing.length > 0 && <Notice kind="warning">{t.migrationsMissing(missing.join(', '))}</Notice>}
    </Card>
  );
}

function Database({ database }: { database: System['database'] }) {
  const t = pageTexts.value.system;
  return (
    <Card
      title={t.database}
      facts={[
        [t.version, `MongoDB ${database.version}`],
        [t.deployment, t.deployments[database.deployment]],
        [t.name, database.name],
        [t.dataBytes, size(database.dataBytes)],
        [t.storedBytes, size(database.storedBytes)],
        [t.indexBytes, size(database.indexBytes)],
      ]}
    />
  );
}

function Disk({ disk }: { disk: System['disk'] }) {
  const t = pageTexts.value.system;
  if (disk === null)
    return (
      <Card title={t.disk} facts={[]}>
        <p class="quiet">{t.noDisk}</p>
      </Card>
    );
  const { totalBytes, freeBytes, reserveBytes, isEnough } = disk;
  return (
    <Card title={t.disk} facts={[[t.reserve, size(reserveBytes)]]}>
      {!isEnough && <Notice kind="error">{t.diskFull}</Notice>}
      <p>{t.free(size(freeBytes), size(totalBytes))}</p>
      <meter class="wide" aria-label={t.used} max={totalBytes} value={totalBytes - freeBytes} />
    </Card>
  );
}

function Jobs({ jobs: { imports, uploads, check } }: { jobs: System['jobs'] }) {
  const t = pageTexts.value.system;
  return (
    <Card
      title={t.jobs}
      facts={[
        [t.importsRunning, number(imports.running)],
        [t.importsQueued, number(imports.queued)],
        [t.uploadsOpen, number(uploads.open)],
        [t.uploadsIngesting, number(uploads.ingesting)],
        [t.uploadsComplete, number(uploads.complete)],
        [t.checkAt, check.nextAt === null ? t.checkNone : dateTime(check.nextAt)],
        [t.incomplete, number(check.incomplete)],
      ]}
    >
      {check.incomplete > 0 && <Notice kind="error">{t.incompleteNote}</Notice>}
    </Card>
  );
}

function Counts({ counts }: { counts: System['counts'] }) {
  const t = pageTexts.value.system;
  const facts = (Object.keys(t.counted) as (keyof typeof counts)[]).map((name): Fact => [
    t.counted[name],
    number(counts[name]),
  ]);
  return <Card title={t.counts} facts={facts} />;
}
