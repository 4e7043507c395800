/** One large upload from a file. */
import { createReadStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { API, type Service } from './support.ts';

/** Milliseconds from the first byte sent to the 201. */
export async function upload({ url, token }: Service, file: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': statSync(file).size, Authorization: `Bearer ${token}` };
  const start = performance.now();
  const sending = request(`${url}${API}/ecgs`, { method: 'POST', headers });
  const answered = new Promise<void>((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', (answer) => {
      if (answer.statusCode !== 201) reject(new Error(`the upload was answered with ${answer.statusCode}`));
      answer.resume().once('end', resolve);
    });
  });
  await Promise.all([pipeline(createReadStream(file, { highWaterMark: 262_144 }), sending), answered]);
  return performance.now() - start;
}
