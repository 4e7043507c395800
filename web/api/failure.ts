/** What went wrong with a request, in a form that can be shown. */
import { faultText, problemText, texts } from '../text/index.ts';

/** A field that the service has refused, and why. */
export interface FieldFault {
  /** A JSON Pointer, such as `/birthDate`. */
  path: string;
  message: string;
}

/** A refusal by the service, or a line that is down (`code` is `offline`). */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** A code of the service's catalogue, or `offline`. */
  readonly code: string;
  /** Of HTTP; 0 when there was no answer. */
  readonly status: number;
  readonly fields: readonly FieldFault[];
  /** What the service says besides the title of the error, in English. */
  readonly detail: string;

  /** @param message a sentence that says what to do, in the language of the page */
  constructor(code: string, status: number, message: string, fields: readonly FieldFault[] = [], detail = '') {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.detail = detail;
  }
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of an answer of `api`, which asks for JSON where there is CSV, too. @throws Failure */
export async function answered<Data>(answer: Promise<Answer<Data>>): Promise<Exclude<NonNullable<Data>, string>> {
  return (await answeredWhole(answer)).data as Exclude<NonNullable<Data>, string>;
}

/** Data and response (for its headers) of an answer of `api`. @throws Failure */
export async function answeredWhole<Data>(
  answer: Promise<Answer<Data>>,
): Promise<{ data: NonNullable<Data>; response: Response }> {
  let whole;
  try {
    whole = await answer;
  } catch (error) {
    throw unreached(error);
  }
  if (!whole.response.ok) throw failureOf(whole.response.status, whole.error);
  return { data: (whole.data ?? {}) as NonNullable<Data>, response: whole.response };
}

/** A plain `fetch` of this service. @throws Failure when it is refused or not reached; an abort stays an abort */
export async function fetched(url: string, init: RequestInit = {}): Promise<Response> {
  let response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init });
  } catch (error) {
    throw unreached(error);
  }
  if (!response.ok) throw await failureOfResponse(response);
  return response;
}

/** The failure that an answer tells of. */
export const failureOfResponse = async (response: Response): Promise<Failure> =>
  failureOf(response.status, await response.json().catch(() => null));

/** Whatever was thrown, as a failure; used where anything can be caught. */
export const asFailure = (error: unknown): Failure =>
  error instanceof Failure ? error : new Failure('unknown', 0, texts.value.errors.unknown);

/** Whether a request was given up by this page itself. */
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

/** Whether the same request may succeed later by itself: a line that is down or a busy service will be back. */
export const isPassing = ({ status }: Failure): boolean => status === 0 || status === 429 || status >= 500;

/** Whatever `fetch` throws, as a failure; an abort stays an abort. */
export function unreached(error: unknown): unknown {
  return isAbort(error) ? error : new Failure('offline', 0, texts.value.errors.offline);
}

interface ProblemBody {
  code?: string;
  title?: string;
  detail?: string;
  errors?: { path?: string; message?: string }[];
}

/** A refusal as a failure. @param body the problem document, if the answer had one */
export function failureOf(status: number, body: unknown): Failure {
  const problem: ProblemBody = typeof body === 'object' && body !== null ? body : {};
  const fields = (problem.errors ?? []).map(({ path = '', message = '' }) => ({ path, message: faultText(message) }));
  const code = problem.code ?? 'unknown';
  return new Failure(code, status, problemText(code, problem), fields, problem.detail);
}
