/** The QT interval corrected for the heart rate, by the four formulas in common use. Pure: the browser uses it, too. */

/**
 * - `bazett`: QT / √RR. Bazett HC. An analysis of the time-relations of electrocardiograms. Heart 1920; 7: 353–370.
 * - `fridericia`: QT / ∛RR. Fridericia LS. Die Systolendauer im Elektrokardiogramm bei normalen Menschen und bei
 *   Herzkranken. Acta Med Scand 1920; 53: 469–486.
 * - `framingham`: QT + 154 · (1 − RR). Sagie A, et al. An improved method for adjusting the QT interval for heart rate
 *   (the Framingham Heart Study). Am J Cardiol 1992; 70: 797–801.
 * - `hodges`: QT + 1.75 · (rate − 60). Hodges M, Salerno D, Erlien D. Bazett's QT correction reviewed: evidence that a
 *   linear QT correction for heart rate is better. J Am Coll Cardiol 1983; 1: 694.
 *
 * QT in ms, RR in s, the rate in beats a minute. At 60 a minute, all four are QT itself.
 */
export const QTC_FORMULAS = {
  bazett: (qt: number, rr: number) => qt / Math.sqrt(rr),
  fridericia: (qt: number, rr: number) => qt / Math.cbrt(rr),
  framingham: (qt: number, rr: number) => qt + 154 * (1 - rr),
  hodges: (qt: number, rr: number) => qt + 1.75 * (60 / rr - 60),
} as const satisfies Record<string, (qt: number, rr: number) => number>;

export type QtcFormula = keyof typeof QTC_FORMULAS;

/** QTc in ms by each formula, not rounded. */
export type Qtc = Record<QtcFormula, number>;

/** Beats a minute. @param rrMs the interval between two beats, in ms; above 0 */
export const heartRate = (rrMs: number): number => 60_000 / rrMs;

/**
 * QTc by all formulas.
 * @param qtMs the QT interval, in ms; above 0
 * @param rrMs the interval between the beats, in ms; above 0
 * @throws RangeError if one of them is not a number above 0
 */
export function qtc(qtMs: number, rrMs: number): Qtc {
  for (const [name, value] of Object.entries({ QT: qtMs, RR: rrMs }))
    if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`${name} must be above 0, and is ${value}.`);
  const rr = rrMs / 1000;
  return {
    bazett: QTC_FORMULAS.bazett(qtMs, rr),
    fridericia: QTC_FORMULAS.fridericia(qtMs, rr),
    framingham: QTC_FORMULAS.framingham(qtMs, rr),
    hodges: QTC_FORMULAS.hodges(qtMs, rr),
  };
}
