/** Sends a CSV file to be imported. XMLHttpRequest is the only way to see how much has left. */
import type { Schemas } from '../api/client.ts';
import { Failure, failureOf } from '../api/failure.ts';
import { API } from '../api/paths.ts';
import { renewSession } from '../session/renew.ts';
import { texts } from '../text/index.ts';

export type Import = Schemas['Import'];

export interface ImportOptions {
  /** Empty: by the header. */
  kind: string;
  source: string;
  createMissing: boolean;
  dryRun: boolean;
}

export interface SentImport {
  done: Promise<Import>;
  stop: () => void;
}

/**
 * @param onProgress gets the share that has left, 0 to 1. `done` fails with a Failure; `aborted` when it was stopped
 */
export function sendImport(file: File, options: ImportOptions, onProgress: (share: number) => void): SentImport {
  let request: XMLHttpRequest | null = null;
  const attempt = (): Promise<Import> =>
    new Promise((resolve, reject) => {
      request = new XMLHttpRequest();
      const { upload } = request;
      upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total));
      const own = request;
      request.addEventListener('load', () => {
        if (own.status === 202) resolve(own.response as Import);
        else reject(failureOf(own.status, own.response));
      });
      request.addEventListener('error', () => reject(new Failure('offline', 0, texts.value.errors.offline)));
      request.addEventListener('abort', () => reject(new Failure('aborted', 0, '')));
      request.open('POST', `${API}/imports`);
      request.responseType = 'json';
      request.send(formOf(file, options));
    });
  return {
    // The session may have lost its short cookie: it is renewed once.
    done: attempt().catch(async (error: unknown) => {
      if (!(error instanceof Failure) || error.status !== 401 || !(await renewSession())) throw error;
      return attempt();
    }),
    stop: () => request?.abort(),
  };
}

function formOf(file: File, { kind, source, createMissing, dryRun }: ImportOptions): FormData {
  const form = new FormData();
  if (kind !== '') form.set('kind', kind);
  if (source.trim() !== '') form.set('source', source.trim());
  form.set('createMissing', String(createMissing));
  form.set('dryRun', String(dryRun));
  // Last: the service reads the fields before the file.
  form.set('file', file, file.name);
  return form;
}
