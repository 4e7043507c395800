/** Units in UCUM, the Unified Code for Units of Measure, for formats that name units by codes. */

/** Code and meaning; then the other spellings found in files. */
const UNITS = [
  ['V', 'volt', 'v'],
  ['mV', 'millivolt', 'mv', 'millivolts'],
  ['uV', 'microvolt', 'µV', 'μV', 'uv', 'microvolts', 'microV'],
  ['nV', 'nanovolt', 'nv'],
  ['A', 'ampere'],
  ['mA', 'milliampere'],
  ['uA', 'microampere', 'µA', 'μA'],
  ['Ohm', 'ohm', 'ohm', 'ohms', 'Ω', 'Ω'],
  ['kOhm', 'kiloohm', 'kohm', 'kΩ', 'kΩ'],
  ['MOhm', 'megaohm', 'MΩ', 'MΩ'],
  ['uS', 'microsiemens', 'µS', 'μS'],
  ['%', 'percent', 'percent'],
  ['mm[Hg]', 'millimeter of mercury', 'mmHg', 'mmhg', 'mm Hg'],
  ['cm[H2O]', 'centimeter of water', 'cmH2O', 'cmh2o'],
  ['Pa', 'pascal'],
  ['hPa', 'hectopascal'],
  ['kPa', 'kilopascal'],
  ['Cel', 'degree Celsius', '°C', 'degC', 'deg C', '℃'],
  ['K', 'kelvin'],
  ['/min', 'per minute', 'bpm', 'BPM', '1/min', 'min-1'],
  ['Hz', 'hertz'],
  ['s', 'second', 'sec'],
  ['ms', 'millisecond', 'msec'],
  ['us', 'microsecond', 'µs', 'μs'],
  ['m/s2', 'meter per square second', 'm/s^2', 'm/s²'],
  ['deg', 'degree', '°'],
  ['L', 'liter', 'l'],
  ['mL', 'milliliter', 'ml'],
  ['L/min', 'liter per minute', 'l/min'],
] as const satisfies readonly (readonly [code: string, meaning: string, ...spellings: string[]])[];

/** The system of these codes, as FHIR names it. */
export const UCUM = 'http://unitsofmeasure.org';

/** The UCUM code of a unit, and what it means; null if it is not in the table. */
export function ucumOf(unit: string): { code: string; meaning: string } | null {
  const plain = unit.trim();
  const row = UNITS.find(([code, , ...spellings]) => code === plain || (spellings as string[]).includes(plain));
  return row === undefined ? null : { code: row[0], meaning: row[1] };
}
