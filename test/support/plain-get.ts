/** A request whose answer is left as it was sent: `fetch` asks for compression by itself, and undoes it. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { API } from '../../src/app.ts';

/** @param path after `/api/v1`. @param leaveAfter bytes after which the connection is cut */
export async function plainGet(
  app: { url: string },
  path: string,
  {
    method = 'GET',
    headers = {},
    leaveAfter = Infinity,
  }: { method?: string; headers?: Record<string, string>; leaveAfter?: number },
): Promise<{ status: number; headers: IncomingHttpHeaders; bytes: Buffer }> {
  const sent = request(`${app.url}${API}${path}`, { method, headers, agent: false }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length > leaveAfter) break;
  }
  return { status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(pieces) };
}
