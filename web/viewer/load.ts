/** Loads a recording for the viewer. */
import { api } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { insightsOf } from './counts.ts';
import { Viewer } from './viewer.ts';

/** Loads what the first picture needs. @throws Failure */
export async function loadViewer(id: string, stop: AbortSignal): Promise<Viewer> {
  const path = { id };
  const [ecg, insights] = await Promise.all([
    answered(api.GET('/ecgs/{id}', { params: { path }, signal: stop })),
    insightsOf(id, {}, stop),
  ]);
  const areMissing = ecg.calculableLeads.length > 0;
  const calculated = areMissing ? await (await import('./panels/calculated.ts')).loadCalculated(ecg, stop) : null;
  return new Viewer(ecg, insights, calculated);
}
