/** The filters of the list of recordings: beside it, or, on small screens, in a dialog. */
import { CANONICAL_LEADS } from '../../src/signal/leads.ts';
import { texts } from '../text/index.ts';
import { SelectField } from '../ui/field.tsx';
import { DURATIONS, durationChoice, type Filters, type ListState, type Sort, SORTS } from './list-state.ts';
import { TypedField } from './typed-field.tsx';

const FORMATS = [
  'json',
  'wfdb',
  'edf',
  'dicom',
  'aecg',
  'fhir',
  'csv',
  'scp',
  'ishne',
  'atc',
  'muse',
  'philips',
] as const;

interface Props {
  state: ListState;
  onFilters: (filters: Filters) => void;
  onSort: (sort: Sort) => void;
  onReset: () => void;
}

export function ListFilters({ state, onFilters, onSort, onReset }: Props) {
  const t = texts.value.list;
  const { filters, sort } = state;
  const any = ['', texts.value.all] as const;
  const length = durationChoice(filters);
  const onLength = (choice: typeof length): void => {
    if (choice === 'own') return;
    const [durationFrom = '', durationTo = ''] = DURATIONS[choice];
    onFilters({ durationFrom, durationTo });
  };
  return (
    <div class="filters">
      {filters.patient !== undefined && (
        <p class="chip">
          {t.patientFilter}
          <button type="button" class="plain" aria-label={t.removeFilter} onClick={() => onFilters({ patient: '' })}>
            ×
          </button>
        </p>
      )}
      {filters.study !== undefined && (
        <p class="chip">
          {t.studyFilter}
          <button type="button" class="plain" aria-label={t.removeFilter} onClick={() => onFilters({ study: '' })}>
            ×
          </button>
        </p>
      )}
      <SelectField
        label={t.sort}
        value={sort}
        options={SORTS.map((one) => [one, t.sorts[one]] as const)}
        onValue={onSort}
      />
      <fieldset>
        <legend>{t.recorded}</legend>
        <TypedField
          label={t.from}
          type="date"
          value={filters.dateFrom ?? ''}
          onValue={(dateFrom) => onFilters({ dateFrom })}
        />
        <TypedField label={t.to} type="date" value={filters.dateTo ?? ''} onValue={(dateTo) => onFilters({ dateTo })} />
      </fieldset>
      <SelectField
        label={t.lead}
        value={filters.lead ?? ''}
        options={[any, ...CANONICAL_LEADS.map((lead) => [lead, lead] as const)]}
        onValue={(lead) => onFilters({ lead })}
      />
      <SelectField
        label={t.duration}
        value={length}
        options={[
          ['any', t.durations.any],
          ['short', t.durations.short],
          ['middle', t.durations.middle],
          ['long', t.durations.long],
          ...(length === 'own' ? [['own', t.durations.own] as const] : []),
        ]}
        onValue={onLength}
      />
      <fieldset class="pair">
        <legend>{t.rate}</legend>
        <TypedField
          label={t.from}
          type="number"
          min="0"
          value={filters.samplingRateFrom ?? ''}
          onValue={(samplingRateFrom) => onFilters({ samplingRateFrom })}
        />
        <TypedField
          label={t.to}
          type="number"
          min="0"
          value={filters.samplingRateTo ?? ''}
          onValue={(samplingRateTo) => onFilters({ samplingRateTo })}
        />
      </fieldset>
      <SelectField
        label={t.format}
        value={filters.format ?? ''}
        options={[any, ...FORMATS.map((format) => [format, format] as const)]}
        onValue={(format) => onFilters({ format })}
      />
      <SelectField
        label={t.check}
        value={filters.check ?? ''}
        options={[any, ...Object.entries(t.checks)]}
        onValue={(check) => onFilters({ check })}
      />
      <SelectField
        label={t.annotations}
        value={filters.hasAnnotations ?? ''}
        options={[any, ['true', t.withAnnotations], ['false', t.withoutAnnotations]]}
        onValue={(hasAnnotations) => onFilters({ hasAnnotations })}
      />
      <button type="button" class="plain" onClick={onReset}>
        {t.resetFilters}
      </button>
    </div>
  );
}
