/** The English texts of what a file leaves open, and of the doubts about it. */
import { englishPlural as plural } from './plural.ts';

export const enReading = {
  open: 'Set how it is read …',
  title: (name: string) => `How ${name} is read`,
  beginning: 'The first lines of the file',
  unseen: 'The page was loaded again since, so the lines of the file cannot be shown.',
  decimal: 'Commas in numbers',
  decimals: {
    '': 'As recognised',
    comma: 'Decimal signs: 1,5 is one and a half',
    point: 'Between cells: 1,5 is 1 and 5',
  },
  decimalHint: 'Where ; or TAB is between the cells, the last choice means that 1.5 is one and a half.',
  columns: 'Columns',
  columnsHint: 'From the first column on. Those that you say nothing of are read as their names say.',
  column: (number: number) => `Column ${number}`,
  words: {
    '': 'As its name says',
    channel: 'A lead',
    skip: 'Left out, such as a counter',
    h: 'Time in hours',
    min: 'Time in minutes',
    s: 'Time in seconds',
    ms: 'Time in milliseconds (ms)',
    us: 'Time in microseconds (µs)',
    ns: 'Time in nanoseconds (ns)',
  },
  rate: 'Sampling rate (Hz)',
  rateHint: 'Used where the file gives none.',
  unit: 'Unit',
  unitHint: 'Used where the file gives none.',
  units: { '': 'As in the file', mV: 'mV', uV: 'µV', V: 'V' },
  gain: 'Values of the file in one unit',
  gainHint: '1 where they are in this unit already; 1000 where the number 1000 is one unit.',
  noNumber: 'Give a number, such as 250 or 0.5.',
  others: (count: number) => `Also read ${plural(count, 'other file', 'other files')} so, with the same question`,
  removeFormer: 'Delete the recording that was made before, with all that was added to it since',
  keepsFormer: 'The recording that you had before is kept.',
  submit: 'Read again',
  former: 'as it was read before',
  serviceSays: 'The service says:',
  parts: {
    rhythm: 'rhythm',
    'median beat': 'median beat',
    'average beat': 'average beat',
    'reference beat': 'reference beat',
    'representative beat': 'representative beat',
    'calibration pulse': 'calibration pulse',
  },
  doubts: {
    commasAsDecimals: () =>
      'The commas were read as decimal signs of one column. They may separate two columns instead.',
    commasAsCells: () =>
      'The commas were read as separating two columns. They may be decimal signs of one column instead.',
    commasAsBoth: () =>
      'Every second column looks like decimals: the commas may be decimal signs as well as separate the cells. If ' +
      'they are, save the table with ; between the cells and upload that one. If not, say so here.',
    mixedSigns: (line: string, column: string, text: string) =>
      `Line ${line}, column ${column} has another decimal sign than the cells before it: ${text}.`,
    evenColumn: (column: string, name: string) =>
      `Column ${column} (${name}) rises by equal steps, as times or sample numbers do, but was read as a lead. Say ` +
      'what it is.',
    timeWithoutUnit: () =>
      'The times have no unit, so the sampling rate is not known. Say in which unit the time column is.',
    unevenTimes: (line: string, step: string, mean: string) =>
      `The times are not evenly spaced: the step to line ${line} is ${step}, the mean ${mean}. If the column holds ` +
      'no times, say what it is. If the recording has gaps, upload it in parts.',
    standingTimes: (from: string, to: string) =>
      `The times do not increase from line ${from} to line ${to}. If the column holds no times, say what it is.`,
    noTime: (line: string, column: string, text: string) =>
      `Line ${line}, column ${column}: ${text} is not a time. If the column holds no times, say what it is.`,
    noNumber: (line: string, column: string, text: string) =>
      `Line ${line}, column ${column}: ${text} is not a number. If the column is no lead, say that it is left out; ` +
      'if it is, correct the file.',
    onlyTimes: () => 'All columns were taken for times, so there is no lead. Say what the columns are.',
    tooManySaid: (count: string) => `The table has ${count} columns, but you have set more. Set fewer.`,
    packetTimes: (from: string, to: string, rate: string) =>
      `Several rows have the same time (lines ${from} and ${to}), as those of a packet have, so the sampling rate is ` +
      `not known: it is about ${rate} Hz. Give the true one.`,
    intervals: (name: string) =>
      `The column ${name === '' ? '' : `${name} `}may hold the intervals between beats (RR, in ms) instead of an ` +
      'ECG. If it is an ECG, give its sampling rate and unit.',
    noRate: (channels: string) =>
      `No sampling rate is known for ${channels}. It can also be set on the page of the recording; until then there ` +
      'is no paper, and most exports are refused.',
    noUnit: (channels: string) =>
      `No unit is known for ${channels}. Until it is set, the values count as not calibrated.`,
    noGain: (channels: string) =>
      `No gain is known for ${channels}. Until it is set, the values count as not calibrated.`,
  },
};
