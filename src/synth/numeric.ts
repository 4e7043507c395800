/**
 * Bell curve and sine using only additions and multiplications. `Math.exp` and `Math.sin` may differ in the last bit
 * between engines, and a single different digit would change a fixture.
 */

const C3 = 1 / 6;
const C4 = 1 / 24;
const C5 = 1 / 120;
const C6 = 1 / 720;

/** exp(-u²/2); accurate to 1e-9 for |u| <= 5, the largest value that waves use. */
export function bell(u: number): number {
  // A 64th of the exponent is within 0.2, where the series converges fast; six squarings undo the division.
  const x = (u * u) / -128;
  let e = 1 + x * (1 + x * (0.5 + x * (C3 + x * (C4 + x * (C5 + x * C6)))));
  e *= e;
  e *= e;
  e *= e;
  e *= e;
  e *= e;
  return e * e;
}

/** sin(2π · turns); accurate to 1e-9. */
export function sine(turns: number): number {
  let t = turns - Math.floor(turns + 0.5);
  if (t > 0.25) t = 0.5 - t;
  else if (t < -0.25) t = -0.5 - t;
  const a = 2 * Math.PI * t;
  const s = a * a;
  return (
    a *
    (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - (s / 110) * (1 - (s / 156) * (1 - s / 210)))))))
  );
}

/** cos(2π · turns). */
export function cosine(turns: number): number {
  return sine(turns + 0.25);
}
