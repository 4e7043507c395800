/** Codes of the Unified Code for Units of Measure (UCUM) for the units of recordings. */

/** Other spellings of units, by their code. A unit that is its own code is in the list as well. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  mV: [],
  uV: ['\u00b5V', '\u03bcV'],
  V: [],
  nV: [],
  'mm[Hg]': ['mmHg', 'mm Hg', 'mmhg'],
  kPa: [],
  Pa: [],
  'cm[H2O]': ['cmH2O', 'cm H2O'],
  '%': [],
  Cel: ['°C', 'degC', 'deg C'],
  Ohm: ['ohm', '\u03a9', '\u2126'],
  kOhm: ['kohm', 'k\u03a9', 'k\u2126'],
  mA: [],
  uA: ['\u00b5A', '\u03bcA'],
  Hz: [],
  '/min': ['bpm', '1/min'],
  s: [],
  ms: [],
  'L/min': ['l/min'],
  mL: ['ml'],
  'm/s2': ['m/s²', 'm/s^2'],
};
const CODES: ReadonlyMap<string, string> = new Map(
  Object.entries(SPELLINGS).flatMap(([code, others]) => [code, ...others].map((unit) => [unit, code])),
);

/** The system of these codes, as FHIR names it. */
export const UCUM = 'http://unitsofmeasure.org';

/** The code of a unit, or null if it is not known: a wrong code would be worse than none. */
export const ucumCode = (unit: string): string | null => CODES.get(unit.trim()) ?? null;
