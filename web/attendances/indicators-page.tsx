/** The indicators of a period: how much was attended, how much of it on time, by base, technician and month. */
import { useEffect } from 'preact/hooks';
import { api, type Schemas } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { number, texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { useListAddress } from '../ui/address.ts';
import { announce } from '../ui/announce.tsx';
import { type Filter, Filters, labelsOf } from '../ui/filters.tsx';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { suggest } from './attendance-form.ts';
import { ByBase, ByMonth, ByTechnician } from './indicator-charts.tsx';
import { percent, thisYear } from './periods.ts';

type Indicators = Schemas['Indicators'];
type Grouping = 'none' | 'base' | 'technician' | 'month';

export function IndicatorsPage() {
  const t = pageTexts.value.indicators;
  const address = useListAddress();
  const usual = thisYear(new Date());
  const query = { ...usual, ...address.query };
  const isBackwards = query.from > query.to;
  const found = useLoaded(JSON.stringify(query), async (signal) => {
    const of = (groupBy: Grouping): Promise<Indicators> =>
      answered(api.GET('/attendances/indicators', { params: { query: { ...query, groupBy } }, signal }));
    const [all, base, technician, month] = await Promise.all([of('none'), of('base'), of('technician'), of('month')]);
    return { all, base, technician, month };
  });
  const { data, failure, isLoading, reload } = found;
  const whole = data?.all.groups[0];

  useEffect(() => {
    if (whole && !isLoading) announce(`${t.total}: ${number(whole.total)}`);
  }, [whole, isLoading]);

  return (
    <div class="page">
      <div class="heading">
        <h1>{t.title}</h1>
        {data && <span class="quiet">{t.businessDays(data.all.businessDays)}</span>}
      </div>
      <Filters filters={filters()} address={address} defaults={usual} />
      {isBackwards ? (
        <Notice kind="warning">{t.badPeriod}</Notice>
      ) : (
        failure && <FailureNotice failure={failure} onRetry={reload} labels={labelsOf(filters())} />
      )}
      {data === null && !failure && <p class="quiet">{texts.value.loading}</p>}
      {data && whole && (
        <>
          <Summary group={whole} />
          {whole.total === 0 ? (
            <div class="card empty">
              <p>{t.nothing}</p>
            </div>
          ) : (
            <div class="charts" aria-busy={isLoading}>
              <ByBase groups={data.base.groups} query={query} />
              <ByTechnician groups={data.technician.groups} query={query} />
              <ByMonth groups={data.month.groups} query={query} />
            </div>
          )}
        </>
      )}
    </div>
  );
}

function filters(): Filter[] {
  const t = pageTexts.value.indicators;
  return [
    { kind: 'day', name: 'from', label: t.from },
    { kind: 'day', name: 'to', label: t.to },
    { kind: 'suggested', name: 'base', label: t.base, suggest: suggest('bases') },
    { kind: 'suggested', name: 'technician', label: t.technician, suggest: suggest('technicians') },
  ];
}

function Summary({ group }: { group: Schemas['IndicatorGroup'] }) {
  const t = pageTexts.value.indicators;
  const figures: [string, string][] = [
    [t.total, number(group.total)],
    [t.attended, number(group.attended)],
    [t.onTime, number(group.onTime)],
    [t.late, number(group.late)],
    [t.open, number(group.open)],
    [t.sla, percent(group.slaOfAttended)],
    [t.slaOfTotal, percent(group.slaOfTotal)],
    [t.perDay, group.attendedPerBusinessDay === null ? '–' : number(group.attendedPerBusinessDay, 1)],
    [t.perTechnicianDay, group.attendedPerTechnicianDay === null ? '–' : number(group.attendedPerTechnicianDay, 2)],
  ];
  return (
    <dl class="figures" aria-label={t.summary}>
      {figures.map(([label, value]) => (
        <div class="card" key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
