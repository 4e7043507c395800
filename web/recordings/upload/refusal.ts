/** Why a file or a recording is refused, in words. */
import { api } from '../../api/client.ts';
import { answered, type Failure } from '../../api/failure.ts';
import { toldOf } from '../../api/told.ts';
import { problemText, texts } from '../../text/index.ts';
import { readingTexts } from '../../text/reading.ts';
import type { Refusal } from './items.ts';
import type { SendFault } from './send.ts';

/** Where the service noticed it: of no use without the bytes. */
const OFFSET = / \(at byte \d+\)$/;

/** Whether it may work a little later without any change: no line, no session, no room for another request. */
export const isPassing = (status: number): boolean => [0, 401, 408, 423, 429, 502, 503, 504].includes(status);

/** Of a file that was not taken. */
export function refusalOf({ status, body }: SendFault): Refusal {
  if (status < 0) return { code: 'unreadable', message: texts.peek().upload.unreadable, existing: null };
  let problem: { code?: string; title?: string; detail?: string } = {};
  try {
    problem = JSON.parse(body) as typeof problem;
  } catch {
    // Not of the service but of something before it.
  }
  const code = problem.code ?? 'unknown';
  return { code, message: problemText(code, problem), existing: null };
}

/** Of a recording that was not made. Finds the recording that is in the way, if there is one. */
export async function refusalOfFailure(failure: Failure): Promise<Refusal> {
  const { code } = failure;
  const detail = failure.detail.replace(OFFSET, '');
  const t = texts.peek().upload;
  if (code === 'content-exists') return { code, message: t.contentExists, existing: idIn(detail) };
  if (code === 'external-id-taken') {
    const externalId = /the id "(.+)"/.exec(detail)?.[1];
    return { code, message: t.idTaken, existing: externalId === undefined ? null : await idOf(externalId) };
  }
  if (code === 'format-unknown') return { code, message: t.formatUnknown, existing: null };
  return {
    code,
    message: toldOf(failure, labels()).replace(OFFSET, ''),
    detail,
    existing: code === 'upload-used' ? idIn(detail) : null,
  };
}

/** What the values that may be refused are called. */
function labels(): Readonly<Record<string, string>> {
  const { decimal, columns, rate, unit, gain } = readingTexts.peek();
  return { decimal, columns, samplingRate: rate, unit, gain };
}

const idIn = (text: string): string | null => /[0-9a-f]{24}/.exec(text)?.[0] ?? null;

async function idOf(externalId: string): Promise<string | null> {
  try {
    const { items } = await answered(api.GET('/ecgs', { params: { query: { externalId, limit: 1 } } }));
    return items[0]?.id ?? null;
  } catch {
    return null;
  }
}
