/**
 * Requests whose head cannot be parsed and that never reach Koa: answered with a problem and logged like other
 * requests.
 */
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { Problem } from '../errors.ts';
import { HUNG_UP } from './failure.ts';
import { problemBytes } from './problem.ts';

/** Limits of Node.js (`maxHeaderSize`, `headersTimeout`), by error code. */
const BY_CODE: Readonly<Record<string, () => Problem>> = {
  HPE_HEADER_OVERFLOW: () =>
    new Problem(
      'head-too-large',
      'The request line and headers together may have at most 16 KiB. Send fewer or shorter ones.',
    ),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new Problem('upload-timeout', 'The request headers did not arrive in time. Send the request again.'),
};

/** Usage: `answerUnreadable(server, log)`. */
export function answerUnreadable(server: Server, log: Logger): void {
  /** The latest answer on each connection. */
  const answers = new WeakMap<Duplex, ServerResponse>();
  for (const begun of ['request', 'checkContinue'])
    server.on(begun, (req: IncomingMessage, res: ServerResponse) => answers.set(req.socket, res));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const answer = answers.get(socket);
    const isBeingAnswered = answer?.headersSent === true && !answer.writableFinished;
    if (!socket.writable || isBeingAnswered || HUNG_UP.has(error.code)) {
      socket.destroy();
      return;
    }
    const problem =
      BY_CODE[error.code ?? '']?.() ?? new Problem('malformed-request', 'This is not a valid HTTP/1.1 request.');
    const requestId = randomUUID();
    log.info({ requestId, method: null, route: null, status: problem.status, reason: error.code }, 'request');
    const body = problemBytes(problem, requestId);
    socket.end(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nConnection: close\r\n` +
        `Content-Type: application/problem+json\r\n` +
        `Content-Length: ${body.length}\r\nX-Request-Id: ${requestId}\r\n\r\n${body.toString()}`,
    );
  });
}
