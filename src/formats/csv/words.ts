/**
 * The words of preludes and headers in English, German, Portuguese, Spanish and French. All are in the form that
 * `plainWord` makes: lower case, without diacritics, one blank between words.
 */

/** What a line above a table can say. `remark`: kept as a note. `passed`: understood, and of no use here. */
export type FactKey =
  | 'rate'
  | 'interval'
  | 'unit'
  | 'lead'
  | 'range'
  | 'start'
  | 'serialDay'
  | 'day'
  | 'clock'
  | 'dayForm'
  | 'zone'
  | 'patientName'
  | 'patientId'
  | 'birth'
  | 'sex'
  | 'remark'
  | 'passed';

/** The words of a list. */
const listed = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');

const KEYS: Readonly<Record<FactKey, readonly string[]>> = {
  rate: listed(`
    fs, sample rate, sampling rate, samplerate, samplingrate, sampling frequency, sample frequency,
    samples per second, sampling freq, srate, sfreq, abtastrate, messrate, abtastfrequenz, samplingfrequenz,
    aufzeichnungsrate, taxa de amostragem, frequencia de amostragem, taxa de amostra, frecuencia de muestreo,
    tasa de muestreo, velocidad de muestreo, frecuencia de muestra, frequence d'echantillonnage,
    taux d'echantillonnage, vitesse d'echantillonnage, frequence d'acquisition
  `),
  interval: listed(`
    interval, sample interval, sampling interval, sample period, sampling period, time step, dt,
    abtastintervall, intervall, messintervall, intervalo, intervalo de amostragem, passo de tempo,
    intervalo de muestreo, periodo de muestreo, periodo de amostragem, intervalle,
    intervalle d'echantillonnage, periode d'echantillonnage, pas d'echantillonnage
  `),
  unit: listed(`
    unit, units, unitname, unit name, einheit, einheiten, masseinheit, unidade, unidades, unidad, unite,
    unites
  `),
  lead: listed(`
    lead, leads, lead name, channel, channels, channeltitle, channel title, channel titles, channel names,
    ableitung, ableitungen, kanal, kanale, kanalname, kanalnamen, derivacao, derivacoes, canal, canais,
    derivacion, derivaciones, canales, derivation, derivations, canaux, voie, voies
  `),
  range: listed('range, messbereich, bereich, faixa, rango, plage'),
  start: listed(`
    recorded date, recording date, recorded, recorded at, recorded on, start, start time, start date,
    start date time, started, started at, date time, datetime, date and time, recording start, recording time,
    begin, acquisition date, acquisition time, creation date, aufzeichnungsdatum, aufnahmedatum,
    aufgezeichnet am, aufzeichnungsbeginn, beginn, startzeit, startzeitpunkt, messbeginn,
    datum der aufzeichnung, erfassungsdatum, datum und uhrzeit, data de registro, data de registo,
    data de gravacao, data da gravacao, data do registro, inicio, data do registo, data e hora, gravado em,
    registrado em, hora de inicio, data de inicio, fecha de registro, fecha de grabacion, fecha registrada,
    fecha y hora, hora de comienzo, fecha de inicio, fecha del registro, grabado el, registrado el, comienzo,
    date d'enregistrement, date de l'enregistrement, enregistre le, debut, heure de debut, date de debut,
    date et heure
  `),
  serialDay: listed('exceldatetime'),
  day: listed('date, datum, data, fecha'),
  clock: listed('time, zeit, uhrzeit, hora, heure'),
  dayForm: listed('dateformat, date format, datumsformat, formato de data, formato de fecha, format de date'),
  zone: listed('time zone, timezone, utc offset, zeitzone, fuso horario, zona horaria, huso horario, fuseau horaire'),
  patientName: listed('name, patient name, patient, patientenname, nome, nombre, nom, paciente'),
  patientId: listed('patient id, patientid, patienten-id, patientennummer, id do paciente, id del paciente'),
  birth: listed(`
    date of birth, birth date, birthdate, birthday, dob, geburtsdatum, geburtstag, data de nascimento,
    fecha de nacimiento, date de naissance
  `),
  sex: listed('sex, gender, geschlecht, sexo, sexe, genero, genre'),
  remark: listed(`
    classification, symptoms, device, comment, comments, note, notes, software version, klassifizierung,
    klassifikation, einstufung, symptome, gerat, kommentar, softwareversion, bemerkung, notiz, classificacao,
    sintomas, dispositivo, aparelho, comentario, observacao, versao do software, versao de software,
    clasificacion, version de software, version del software, observacion, nota, symptomes, appareil,
    commentaire, remarque, version du logiciel, version logicielle, logiciel, device name, device type,
    firmware version
  `),
  passed: listed(`
    timeformat, topvalue, bottomvalue, endofheader, end of header, opensignals text file format,
    number of samples, samples, number of channels
  `),
};

/** Units of time, in seconds. */
const TIME_UNITS: readonly (readonly [number, readonly string[]])[] = [
  [3600, listed(`h, hour, hours, stunden, horas, heures`)],
  [60, listed(`min, minute, minutes, minuten, minuto, minutos`)],
  [1, listed(`s, sec, secs, second, seconds, sek, sekunde, sekunden, seg, segundo, segundos, seconde, secondes`)],
  [
    1e-3,
    listed(`ms, msec, msecs, milliseconds, millisecond, millisekunden, milissegundos, milisegundos, millisecondes`),
  ],
  [1e-6, listed(`us, usec, microsecond, microseconds, mikrosekunden, microssegundos, microsegundos, microsecondes`)],
  [1e-9, listed(`ns, nsec, nanosecond, nanoseconds, nanosekunden, nanossegundos, nanosegundos, nanosecondes`)],
];

/** Names of time columns. */
const TIMES: ReadonlySet<string> = new Set(
  listed(`
  time, t, elapsed time, elapsed, timestamp, date, datetime, time stamp, date time, clock,
  zeit, zeitpunkt, zeitstempel, uhrzeit, datum, vergangene zeit, datum und uhrzeit,
  tempo, hora, carimbo de data/hora, carimbo de tempo, tempo decorrido, data e hora,
  tiempo, fecha, marca de tiempo, tiempo transcurrido, fecha y hora,
  temps, heure, horodatage, temps ecoule, date et heure
`),
);
/** Words before `timestamp` or `time`: whose clock it was. */
const CLOCK_OWNERS = /^(?:phone|sensor|device|host|system|unix|epoch|utc|local|packet|server|ecg|recording|sample) /;
/** Names of columns that count the samples. */
const COUNTERS: ReadonlySet<string> = new Set([
  '',
  ...listed(`
  unnamed: 0, sample, samples, sample #, sample number, sample no, index, sample index, #, no, nr,
  row, line, abtastwert, abtastpunkt, messwert nr, zeile, amostra, amostras, indice, linha, muestra,
  muestras, numero de muestra, fila, echantillon, echantillons, numero d'echantillon, ligne
`),
]);
/** Names of counters that start again and again, or that count packets. */
const SEQUENCES: ReadonlySet<string> = new Set(
  listed(`
  nseq, seq, sequence, sequence number, counter, sample counter, packet, packet number,
  packet counter, zahler, contador, compteur, sequencia, secuencia
`),
);

/** Words for units of voltage. */
const VOLTAGES: ReadonlyMap<string, string> = new Map([
  ...['volt', 'volts', 'voltios'].map((word) => [word, 'V'] as const),
  ...['millivolt', 'millivolts', 'milivolt', 'milivolts', 'milivoltios'].map((word) => [word, 'mV'] as const),
  ...['microvolt', 'microvolts', 'mikrovolt', 'mikrovolts', 'microvoltios'].map((word) => [word, 'uV'] as const),
]);

const HERTZ: ReadonlySet<string> = new Set(
  listed(`
    hz, hertz, hercios, hercio, hertzios, sps, samples/s, samples/sec, samples/second, samples per second, 1/s, s-1
  `),
);

/** How the months begin. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene'],
  ['feb', 'fev'],
  ['mar', 'maer'],
  ['apr', 'abr', 'avr'],
  ['may', 'mai'],
  ['jun', 'juin'],
  ['jul', 'juil'],
  ['aug', 'ago', 'aou'],
  ['sep', 'set'],
  ['oct', 'okt', 'out'],
  ['nov'],
  ['dec', 'dez', 'dic'],
];

const FACT_OF: ReadonlyMap<string, FactKey> = new Map(
  (Object.entries(KEYS) as [FactKey, readonly string[]][]).flatMap(([key, words]) =>
    words.map((word) => [word, key] as const),
  ),
);
const SECONDS_OF: ReadonlyMap<string, number> = new Map(
  TIME_UNITS.flatMap(([seconds, words]) => words.map((word) => [word, seconds] as const)),
);

/** A text in the form of the lists above. The micro sign becomes a u. */
export const plainWord = (text: string): string =>
  text
    .slice(0, 100)
    .replace(/[µμ]/g, 'u')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('’', "'")
    .replace(/[\s_]+/g, ' ')
    .trim();

/** What a key word says; null if it is not known. */
export const factOf = (key: string): FactKey | null => FACT_OF.get(plainWord(key)) ?? null;

/** A unit of time in seconds; null if it is not one. */
export const secondsOf = (unit: string): number | null => SECONDS_OF.get(plainWord(unit)) ?? null;

/** Samples a second of a unit of frequency; null if it is not one. */
export function hertzOf(unit: string): number | null {
  const word = plainWord(unit);
  if (HERTZ.has(word)) return 1;
  return word === 'khz' || word === 'kilohertz' ? 1e3 : null;
}

export const isTimeName = (name: string): boolean => {
  const word = plainWord(name);
  return TIMES.has(word) || TIMES.has(word.replace(CLOCK_OWNERS, ''));
};
export const isCounterName = (name: string): boolean => COUNTERS.has(plainWord(name));
export const isSequenceName = (name: string): boolean => SEQUENCES.has(plainWord(name));

/** A unit with its symbol instead of its word. */
export const unitSymbol = (unit: string): string => VOLTAGES.get(plainWord(unit)) ?? unit;

/** The month that a word names, from 1; null if it is none. */
export function monthOf(word: string): number | null {
  const plain = plainWord(word);
  const found = plain.length < 3 ? -1 : MONTHS.findIndex((starts) => starts.some((start) => plain.startsWith(start)));
  return found === -1 ? null : found + 1;
}
