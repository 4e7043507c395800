/** Uploads with tus-js-client, a client of the protocol that others have written. */
import * as tus from 'tus-js-client';
import type { Owner } from './uploads.ts';

export interface Sent {
  /** The address of the upload. */
  id: string;
  /** How many requests of each method were sent. */
  requests: Record<string, number>;
}

/** How often the client tries again without progress in between. */
const TRIES = 200;

/**
 * Uploads a file, however often the line is cut. @param chunkSize bytes of a request. @param againMs how soon it tries
 * again
 */
export async function sendFile(
  service: { url: string },
  { token }: Owner,
  file: Buffer,
  { name, chunkSize = Infinity, againMs = 20 }: { name: string; chunkSize?: number; againMs?: number },
): Promise<Sent> {
  const requests: Record<string, number> = {};
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(file, {
      endpoint: `${service.url}/api/v1/uploads`,
      chunkSize,
      metadata: { filename: name },
      headers: { Authorization: `Bearer ${token}` },
      retryDelays: Array.from({ length: TRIES }, () => againMs),
      onBeforeRequest: (request) => {
        const method = request.getMethod();
        requests[method] = (requests[method] ?? 0) + 1;
      },
      onError: reject,
      onSuccess: () => resolve({ id: upload.url!.split('/').at(-1)!, requests }),
    });
    upload.start();
  });
}
