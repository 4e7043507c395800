/** Indicators as CSV (RFC 4180): one line a group, safe to open in a spreadsheet. */
import { writeToString } from '@fast-csv/format';
import { csvOptions, defused } from '../http/csv.ts';
import { IndicatorGroup, type Indicators } from './schema.ts';

const COLUMNS = Object.keys(IndicatorGroup.shape) as (keyof IndicatorGroup)[];

/** The groups with a line of names above them, also where there are none. */
export const indicatorsCsv = ({ groups }: Indicators): Promise<string> =>
  writeToString(groups.map((group) => COLUMNS.map((column) => defused(group[column]))), csvOptions(COLUMNS));
