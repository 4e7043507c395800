/** Units as they are written: which of them name a physical quantity, and which a voltage. */

/** UCUM puts what is no unit into braces: `{digits}` is a count, `mV{peak}` a voltage. */
const REMARK = /\{[^{}]*\}/g;
/** Words that stand where a file has no unit. */
const NO_QUANTITY: ReadonlySet<string> = new Set([
  '',
  '1',
  '-',
  '?',
  'nu',
  'none',
  'null',
  'unknown',
  'unitless',
  'dimensionless',
  'raw',
  'arb',
  'arb.',
  'arbitrary',
  'arbitrary unit',
  'arbitrary units',
  'au',
  'a.u.',
  "[arb'u]",
  'adc',
  'adu',
  'adus',
  'lsb',
  'lsbs',
  'bit',
  'bits',
  'digit',
  'digits',
  'count',
  'counts',
  'step',
  'steps',
]);

/** Whether a unit is one of a physical quantity: not missing, not digits, not arbitrary. */
export const isPhysical = (unit: string | null): unit is string =>
  unit !== null && !NO_QUANTITY.has(unit.replaceAll(REMARK, '').replaceAll(/\p{C}/gu, '').trim().toLowerCase());

/** Whether all of a unit can be seen: control and format characters cannot. */
export const isPlain = (unit: string): boolean => !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(unit);

/** The one place that decides it. @param scale a gain of null is unknown, or only the default of a format */
export const isCalibrated = ({ unit, gain }: { unit: string | null; gain: number | null }): boolean =>
  gain !== null && isPhysical(unit);

/** The unit as a file may carry it: that of a physical quantity claims a scale, which only a calibrated channel has. */
export const claimableUnit = ({ unit, calibrated }: { unit: string | null; calibrated: boolean }): string | null =>
  calibrated || !isPhysical(unit) ? unit : null;

const VOLTAGES: ReadonlyMap<string, number> = new Map([
  ['v', 1e3],
  ['mv', 1],
  ['uv', 1e-3],
  ['µv', 1e-3],
  ['μv', 1e-3],
  ['microv', 1e-3],
  ['nv', 1e-6],
]);

/** Millivolts of a unit; null if it is no voltage, or unknown. */
export const millivolts = (unit: string | null): number | null =>
  unit === null ? null : (VOLTAGES.get(unit.trim().toLowerCase()) ?? null);
