/** One request to the application under test. */
import { API } from '../../src/app.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined if there is none, or it is not JSON. */
  // oxlint-disable-next-line no-explicit-any -- tests look into answers freely
  json: any;
  bytes: ArrayBuffer;
}

/**
 * @param path after `/api/v1`. @param options a `body`, sent as JSON or as the form that it is, or a `raw` body, and
 * further request options
 */
export async function call(
  app: { url: string },
  method: string,
  path: string,
  options: {
    token?: string;
    body?: unknown;
    raw?: string | Uint8Array;
    accept?: string;
    headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const isForm = options.body instanceof FormData;
  const body =
    options.raw ??
    (options.body === undefined ? undefined : isForm ? (options.body as FormData) : JSON.stringify(options.body));
  const response = await fetch(`${app.url}${API}${path}`, {
    method,
    headers: {
      ...(options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` }),
      ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
      ...(options.accept === undefined ? {} : { Accept: options.accept }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const bytes = await response.arrayBuffer();
  const text = new TextDecoder().decode(bytes);
  return {
    status: response.status,
    headers: response.headers,
    text,
    bytes,
    json: text !== '' && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined,
  };
}
