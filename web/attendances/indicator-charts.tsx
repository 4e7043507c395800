/** The three charts of the indicators, each with its table and its CSV file. */
import type { ComponentChildren } from 'preact';
import type { Schemas } from '../api/client.ts';
import { API } from '../api/paths.ts';
import { number } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { addressWith, type Query } from '../ui/address.ts';
import { CsvButton } from '../ui/download.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { type Bar, Bars, Legend } from './bars.tsx';
import { monthName, percent } from './periods.ts';

type Group = Schemas['IndicatorGroup'];

interface ChartProps {
  groups: readonly Group[];
  /** Of the indicators, for the CSV file. */
  query: Query;
}

/** Bars of one chart; the table has all. */
const MOST_BARS = 20;

/** The worst first: whoever looks here looks for what to mend. */
export function ByBase({ groups, query }: ChartProps) {
  const t = pageTexts.value.indicators;
  const sorted = groups.toSorted((a, b) => (a.slaOfAttended ?? 2) - (b.slaOfAttended ?? 2));
  const bars = sorted.map((group): Bar => ({
    label: group.key ?? '',
    parts: [
      { share: group.slaOfAttended ?? 0, tone: 'good' },
      { share: group.slaOfAttended === null ? 0 : 1 - group.slaOfAttended, tone: 'error' },
    ],
    value: percent(group.slaOfAttended),
  }));
  return (
    <Chart title={t.byBase} bars={bars} groups={sorted} first={t.base} groupBy="base" query={query}>
      <Legend
        entries={[
          ['good', t.onTime],
          ['error', t.late],
        ]}
      />
    </Chart>
  );
}

const rate = (group: Group): number => group.attendedPerTechnicianDay ?? 0;

/** The most productive first. */
export function ByTechnician({ groups, query }: ChartProps) {
  const t = pageTexts.value.indicators;
  const sorted = groups.toSorted((a, b) => rate(b) - rate(a));
  const most = Math.max(...sorted.map(rate), Number.MIN_VALUE);
  const bars = sorted.map((group): Bar => ({
    label: group.key ?? '',
    parts: [{ share: rate(group) / most, tone: 'plain' }],
    value: number(rate(group), 2),
  }));
  return (
    <Chart title={t.byTechnician} bars={bars} groups={sorted} first={t.technician} groupBy="technician" query={query}>
      <p class="small quiet">{t.perDay}</p>
    </Chart>
  );
}

export function ByMonth({ groups, query }: ChartProps) {
  const t = pageTexts.value.indicators;
  const most = Math.max(...groups.map(({ total }) => total), 1);
  const bars = groups.map((group): Bar => ({
    label: group.key === null ? '' : monthName(group.key),
    parts: [
      { share: group.onTime / most, tone: 'good' },
      { share: group.late / most, tone: 'error' },
      { share: group.open / most, tone: 'open' },
    ],
    value: number(group.total),
  }));
  return (
    <Chart
      title={t.byMonth}
      bars={bars}
      groups={groups}
      first={t.month}
      groupBy="month"
      query={query}
      keyText={monthName}
    >
      <Legend
        entries={[
          ['good', t.onTime],
          ['error', t.late],
          ['open', t.open],
        ]}
      />
    </Chart>
  );
}

interface WholeChartProps extends ChartProps {
  title: string;
  bars: readonly Bar[];
  /** The label of the table's first column. */
  first: string;
  groupBy: 'base' | 'technician' | 'month';
  keyText?: (key: string) => string;
  children: ComponentChildren;
}

function Chart({ title, bars, groups, first, groupBy, query, keyText, children }: WholeChartProps) {
  const t = pageTexts.value.indicators;
  const rest = bars.length - MOST_BARS;
  return (
    <section class="card chart" aria-label={title}>
      <h2>{title}</h2>
      {children}
      <Bars label={t.chart(title, bars.length)} bars={bars.slice(0, MOST_BARS)} />
      {rest > 0 && <p class="small quiet">{t.longerList(rest)}</p>}
      <details>
        <summary>{t.asTable}</summary>
        <Table caption={title} columns={columns(first, keyText)} items={groups} keyOf={({ key }) => key ?? ''} />
        <p class="pages">
          <CsvButton
            label={pageTexts.value.list.csv}
            url={addressWith(`${API}/attendances/indicators`, query, { groupBy })}
            name={`indicators-${groupBy}-${query['from']}-${query['to']}.csv`}
          />
        </p>
      </details>
    </section>
  );
}

/** A column with a number of attendances. */
const counted = (key: 'total' | 'attended' | 'onTime' | 'late' | 'open', label: string): Column<Group> => ({
  key,
  label,
  isNumber: true,
  render: (group) => number(group[key]),
});

function columns(first: string, keyText: (key: string) => string = (key) => key): Column<Group>[] {
  const t = pageTexts.value.indicators;
  return [
    { key: 'key', label: first, isRowHeader: true, render: ({ key }) => key !== null && keyText(key) },
    counted('total', t.total),
    counted('attended', t.attended),
    counted('onTime', t.onTime),
    counted('late', t.late),
    counted('open', t.open),
    { key: 'sla', label: t.sla, isNumber: true, render: ({ slaOfAttended }) => percent(slaOfAttended) },
    {
      key: 'perTechnicianDay',
      label: t.perTechnicianDay,
      isNumber: true,
      render: ({ attendedPerTechnicianDay: perDay }) => (perDay === null ? '–' : number(perDay, 2)),
    },
  ];
}
