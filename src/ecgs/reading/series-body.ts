/** Writes the insights of successive windows as the body of an answer. */
import { listText, textBytes } from '../../formats/common/text-bytes.ts';
import { type Cell, defused } from '../../http/csv.ts';
import { DEFINITION } from '../../signal/crossings.ts';
import type { StoredEcg } from '../store/model.ts';
import { type ChannelSeries, SERIES } from './series.ts';
import { oneRun } from './waveform-body.ts';

/** Columns of the CSV: as those of insights, as far as they are the same. */
export const SERIES_COLUMNS = ['name', 'lead', 'from', 'to', ...SERIES, 'unit', 'calibrated'];

/** @param seconds of a window */
export const seriesAsJson = (
  ecg: StoredEcg,
  seconds: number,
  series: readonly ChannelSeries[],
): AsyncIterable<Uint8Array> => textBytes(jsonPieces(ecg, seconds, series));

async function* jsonPieces(
  ecg: StoredEcg,
  window: number,
  series: readonly ChannelSeries[],
): AsyncGenerator<string, void, void> {
  const head = { ecgId: ecg._id.toHexString(), definition: { ...DEFINITION, deadBand: 0, gaps: 'break' }, window };
  yield `${JSON.stringify(head).slice(0, -1)},"channels":[`;
  for (const [at, one] of series.entries()) {
    const { name, lead, unit, calibrated, samplingRate } = one.channel;
    const about = JSON.stringify({ name, lead, unit, calibrated, samplingRate });
    yield `${at > 0 ? ',' : ''}${about.slice(0, -1)}`;
    for (const column of SERIES) {
      yield `,"${column}":[`;
      yield* listText(oneRun(one[column]), ',', 'null', (value) => (Number.isFinite(value) ? String(value) : 'null'));
      yield ']';
    }
    yield '}';
  }
  yield ']}';
}

/** The lines of the CSV: one for each channel and window. */
export function* seriesRows(seconds: number, series: readonly ChannelSeries[]): Generator<(string | number)[]> {
  for (const one of series) {
    const { name, lead, unit, calibrated } = one.channel;
    for (let window = 0; window < one.samples.length; window++) {
      const values = SERIES.map((column): Cell => {
        const value = one[column][window] as number;
        return Number.isFinite(value) ? value : null;
      });
      yield [name, lead, window * seconds, (window + 1) * seconds, ...values, unit, calibrated].map(defused);
    }
  }
}
