/** Small synthetic tables in the layouts of devices and laboratory software. */

/** A signal of so many samples, in thousandths. */
export const wave = (samples: number): number[] =>
  Array.from({ length: samples }, (_, i) => Math.round(300 * Math.sin(i / 6)) + (i % 7));

/** Key words of a watch's file by language: rate, date, lead, unit, and the word for hertz. */
export const WATCH_WORDS = {
  en: ['Sample Rate', 'Recorded Date', 'Lead', 'Unit', 'Lead I', '512 hertz'],
  de: ['Abtastrate', 'Aufzeichnungsdatum', 'Ableitung', 'Einheit', 'Ableitung I', '512 Hertz'],
  fr: ['Fréquence d’échantillonnage', 'Date d’enregistrement', 'Dérivation', 'Unité', 'Dérivation I', '512 hertz'],
  pt: ['Taxa de amostragem', 'Data de gravação', 'Derivação', 'Unidade', 'Derivação I', '512 hertz'],
  es: ['Frecuencia de muestreo', 'Fecha de registro', 'Derivación', 'Unidad', 'Derivación I', '512 hercios'],
} as const;

/** @param sign the decimal sign of the values */
export function watchTable(language: keyof typeof WATCH_WORDS, values: readonly number[], sign = '.'): string {
  const [rate, date, lead, unit, name, hertz] = WATCH_WORDS[language];
  const head = [
    'Name,Test Person',
    `${date},2024-03-05 08:15:30 +0100`,
    'Device,Watch6,1',
    `${rate},${hertz}`,
    '',
    '',
    `${lead},${name}`,
    `${unit},µV`,
    '',
  ];
  return `${[...head, ...values.map((value) => (value / 1000).toFixed(3).replace('.', sign))].join('\n')}\n`;
}

/** @param lost samples that were lost before the sample of this number */
export function beltTable(values: readonly number[], lost: { at: number; samples: number } | null = null): string {
  const rows = values.map((value, i) => {
    const at = i + (lost !== null && i >= lost.at ? lost.samples : 0);
    const ns = 599629997000000000n + BigInt(Math.round((at * 1e9) / 130));
    return `2024-03-05T08:15:30.000;${ns};${((at * 1000) / 130).toFixed(6)};${value}`;
  });
  return `Phone timestamp;sensor timestamp [ns];timestamp [ms];ecg [uV]\n${rows.join('\n')}\n`;
}

/** A block of LabChart with two channels. */
export const labBlock = (values: readonly number[], serial = '4.5356344097222224e+004'): string =>
  [
    'Interval=\t0.001 s',
    `ExcelDateTime=\t${serial}\t3/5/2024 8:15:30.000000`,
    'TimeFormat=\tStartOfBlock',
    'DateFormat=\tM/d/yyyy',
    'ChannelTitle=\tECG\tResp',
    'Range=\t2.000 mV\t10.000 V',
    ...values.map((value, i) => `${(i / 1000).toFixed(3)}\t${(value / 1000).toFixed(5)}\t${(i / 10).toFixed(5)}`),
    '',
  ].join('\r\n');

export const acqTable = (values: readonly number[], hasTimes: boolean): string =>
  [
    'rest.acq',
    '0.5 msec/sample',
    '2 channels',
    'ECG',
    'mV',
    'Resp',
    'Volts',
    `${hasTimes ? 'min\t' : ''}CH1\tCH2\t`,
    `${hasTimes ? '\t' : ''}${values.length}\t${values.length}\t`,
    ...values.map((value, i) => `${hasTimes ? `${i / 120_000}\t` : ''}${value / 1000}\t${i / 10}\t`),
    '',
  ].join('\n');

const device = (n: number): object => ({
  sensor: ['ECG'],
  'device name': `board ${n}`,
  column: ['nSeq', 'I1', 'O1', 'A1'],
  time: '10:35:7.5',
  date: '2024-3-5',
  comments: '',
  'sampling rate': 1000,
  resolution: [4, 1, 1, 10],
});

/** OpenSignals: every device has a counter, two digital lines and an ECG. */
export function boardTable(values: readonly number[], devices = 1): string {
  const all = Array.from({ length: devices }, (_, n) => n);
  const header = Object.fromEntries(all.map((n) => [`00:00:00:00:00:0${n}`, device(n)]));
  const rows = values.map((value, i) => all.map((n) => `${i % 16}\t0\t1\t${512 + value + n}\t`).join(''));
  return `# OpenSignals Text File Format\n# ${JSON.stringify(header)}\n# EndOfHeader\n${rows.join('\n')}\n`;
}
