/** One import of a file, from the first byte of its upload to the last committed row. */
import { API, type Service } from './support.ts';

export interface Job {
  id: string;
  state: string;
  rows: { total: number; created: number; failed: number };
}

/** @throws Error unless the import completes */
export async function importFile(service: Service, text: string): Promise<{ ms: number; job: Job }> {
  const headers = { Authorization: `Bearer ${service.token}` };
  const form = new FormData();
  form.set('file', new Blob([text], { type: 'text/csv' }), 'attendances.csv');
  const start = performance.now();
  const answer = await fetch(`${service.url}${API}/imports`, { method: 'POST', headers, body: form });
  if (answer.status !== 202) throw new Error(`the upload was answered with ${answer.status}: ${await answer.text()}`);
  const { id } = (await answer.json()) as Job;
  for (;;) {
    const job = (await (await fetch(`${service.url}${API}/imports/${id}`, { headers })).json()) as Job;
    if (job.state === 'completed') return { ms: performance.now() - start, job };
    if (job.state !== 'queued' && job.state !== 'running') throw new Error(`the import has ${job.state}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
