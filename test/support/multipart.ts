/** Multipart uploads whose parts are in a given order. */
import { type Answer, call } from './http.ts';

/** One part: a file with this name, or a field. */
export type Part = { file: string; bytes: Uint8Array } | { field: string; value: string | Uint8Array };

/** The body and its content type, as a browser would send them. */
export function multipart(
  parts: readonly Part[],
  boundary = 'leadwire-test-boundary',
): { raw: Uint8Array; headers: Record<string, string> } {
  const pieces = parts.flatMap((part) =>
    'file' in part
      ? [
          Buffer.from(
            `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="${part.file}"\r\n` +
              'Content-Type: application/octet-stream\r\n\r\n',
          ),
          part.bytes,
          Buffer.from('\r\n'),
        ]
      : [
          Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${part.field}"\r\n\r\n`),
          Buffer.from(part.value),
          Buffer.from('\r\n'),
        ],
  );
  return {
    raw: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
  };
}

export const upload = (app: { url: string }, token: string, parts: readonly Part[], query = ''): Promise<Answer> =>
  call(app, 'POST', `/ecgs${query}`, { token, ...multipart(parts) });
