/** Spellings of units: which name a physical quantity, and which a voltage. */

/** UCUM puts annotations into braces: `{digits}` is a count, `mV{peak}` a voltage. */
const REMARK = /\{[^{}]*\}/g;
/** Words used in files instead of a unit. */
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

/** Whether a unit names a physical quantity: it is not missing, digits or arbitrary. */
export const isPhysical = (unit: string | null): unit is string =>
  unit !== null && !NO_QUANTITY.has(unit.replaceAll(REMARK, '').replaceAll(/\p{C}/gu, '').trim().toLowerCase());

/** Whether a unit has only visible characters: no control or format characters. */
export const isPlain = (unit: string): boolean => !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(unit);

/**
 * Whether a channel is calibrated; decided only here. @param scale a gain of null is unknown, or only the default of a
 * format
 */
export const isCalibrated = ({ unit, gain }: { unit: string | null; gain: number | null }): boolean =>
  gain !== null && isPhysical(unit);

/** The unit to be written to a file: a physical unit claims a scale, which only a calibrated channel has. */
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
  ['volt', 1e3],
  ['volts', 1e3],
  ['millivolt', 1],
  ['millivolts', 1],
  ['microvolt', 1e-3],
  ['microvolts', 1e-3],
]);

/** Millivolts per unit; null if it is not a voltage, or unknown. */
export const millivolts = (unit: string | null): number | null =>
  unit === null ? null : (VOLTAGES.get(unit.trim().toLowerCase()) ?? null);
