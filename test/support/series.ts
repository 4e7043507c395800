/** Compares the series of a recording with the insights of each of its windows. */
import { expect } from 'chai';
import type { TestApp } from './app.ts';
import { call } from './http.ts';

export interface Series {
  name: string;
  lead: string | null;
  unit: string | null;
  calibrated: boolean;
  samplingRate: number;
  samples: number[];
  missing: number[];
  zeroCrossings: number[];
  minimum: (number | null)[];
  maximum: (number | null)[];
  mean: (number | null)[];
}

const EXACT = ['samples', 'missing', 'zeroCrossings', 'minimum', 'maximum'] as const;

/** The channels of `GET /ecgs/{id}/insights/series`. */
export async function seriesOf(app: TestApp, id: string, query = ''): Promise<Series[]> {
  const path = `/ecgs/${id}/insights/series?${query}`;
  const { status, json, text } = await call(app, 'GET', path, { token: app.clinician.token });
  expect(status, text.slice(0, 300)).to.equal(200);
  return (json as { channels: Series[] }).channels;
}

/** Expects the series of all channels to be the insights of each window. Returns the number of windows. */
export async function expectInsights(app: TestApp, id: string, window: number, found?: Series[]): Promise<number> {
  const channels = found ?? (await seriesOf(app, id, `window=${window}`));
  const windows = Math.max(...channels.map(({ samples }) => samples.length));
  for (let k = 0; k < windows; k++) {
    const path = `/ecgs/${id}/insights?from=${k * window}&to=${(k + 1) * window}`;
    const { json, text } = await call(app, 'GET', path, { token: app.clinician.token });
    const insights = (json as { channels: Record<string, number | null>[] }).channels;
    expect(insights, text.slice(0, 200)).to.have.lengthOf(channels.length);
    for (const [i, channel] of channels.entries()) {
      const expected = insights[i] as Record<string, number | null>;
      const tell = `${channel.name}, window ${k} of ${window} s`;
      expect(channel.name).to.equal(expected['name']);
      if (k >= channel.samples.length) {
        expect(expected['samples'], tell).to.equal(0);
        continue;
      }
      for (const key of EXACT) expect(channel[key][k], `${key} of ${tell}`).to.equal(expected[key]);
      const mean = expected['mean'] as number | null;
      if (mean === null) expect(channel.mean[k], tell).to.equal(null);
      else expect(channel.mean[k], tell).to.be.closeTo(mean, 1e-9 * Math.max(1, Math.abs(mean)));
    }
  }
  for (const channel of channels)
    for (const key of [...EXACT, 'mean'] as const) expect(channel[key]).to.have.lengthOf(channel.samples.length);
  return windows;
}
