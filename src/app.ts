/** The application: the middleware in the order in which a request meets it, and the features as a list. Nothing here reads settings, connects or listens. */
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from '@koa/router';
import Koa from 'koa';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from './startup/config.ts';
import { attendancesCsv } from './attendances/csv.ts';
import { attendanceRoutes } from './attendances/routes.ts';
import { watchRoom } from './database/room.ts';
import { conditionsCsv } from './directory/conditions/csv.ts';
import { conditionRoutes } from './directory/conditions/routes.ts';
import { encountersCsv } from './directory/encounters/csv.ts';
import { encounterRoutes } from './directory/encounters/routes.ts';
import { patientsCsv } from './directory/patients/csv.ts';
import { patientRoutes } from './directory/patients/routes.ts';
import { studiesCsv } from './directory/studies/csv.ts';
import { studyRoutes } from './directory/studies/routes.ts';
import { annotationRoutes } from './ecgs/annotation-routes.ts';
import { recordingsPort } from './ecgs/attached.ts';
import { checkRoutes } from './ecgs/check-routes.ts';
import { exportRoutes } from './ecgs/export-routes.ts';
import { formatRoutes } from './ecgs/format-routes.ts';
import { insightRoutes } from './ecgs/insight-routes.ts';
import { pictureRoutes } from './ecgs/picture-routes.ts';
import { ownsRecordings } from './ecgs/access.ts';
import { ecgRoutes } from './ecgs/routes.ts';
import { samplesRoutes } from './ecgs/samples-routes.ts';
import { suggestionRoutes } from './ecgs/suggestion-routes.ts';
import { Uploads } from './ecgs/store/uploads.ts';
import { accessLog, unsent } from './http/access-log.ts';
import { answerPieces } from './http/answer-pieces.ts';
import { clientAddress } from './http/client-address.ts';
import { answerUnreadable } from './http/client-error.ts';
import { CLOSE_MS, closing } from './http/closing.ts';
import { databaseGate } from './http/database-gate.ts';
import { docsPages } from './http/docs-pages.ts';
import { frontPage } from './http/front-page.ts';
import { healthRoutes } from './http/health.ts';
import { Operations } from './http/operations.ts';
import { problems, unrouted } from './http/problem.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { createReadLimit, eventStreams } from './http/answer-limit.ts';
import { uploadLimit } from './http/upload-limit.ts';
import { readable } from './http/readable.ts';
import { requestId } from './http/request-id.ts';
import { securityHeaders } from './http/security-headers.ts';
import { silence } from './http/silence.ts';
import type { ImportKind } from './imports/kind.ts';
import { importRoutes } from './imports/routes.ts';
import { type Timing, Worker } from './imports/worker.ts';
import { apiDocument, type ApiDocument, version } from './openapi.ts';
import { authRoutes } from './users/auth-routes.ts';
import { createAuthenticate, createConfirm } from './users/authenticate.ts';
import { userRoutes } from './users/routes.ts';

/** What the application works with; made and ended by the caller. */
export interface AppDeps {
  config: Config;
  database: Connection;
  log: Logger;
  /** Whether the embedded database is not running, and waits for room on its disk. */
  isDatabaseWaiting?: () => boolean;
  /** For tests: other kinds of imports than those of the features. */
  importKinds?: readonly ImportKind[];
  /** For tests: how soon instances take over from each other. */
  importTiming?: Timing;
}

export interface App {
  koa: Koa;
  /** The operations of `/api/v1`. */
  operations: Operations;
  /** Everything that is routed: the operations, and the pages and probes beside them. */
  routers: readonly Router[];
  document: ApiDocument;
  /** What is being uploaded here: the sweeper leaves it alone. */
  uploads: Uploads;
  /** Works on imports, of any instance, once it is started; stopped by `close`. */
  importWorker: Worker;
  /** Not listening yet. */
  server: Server;
  /** Takes no new requests and waits for those under way; what is not done after `CLOSE_MS` is cut off. */
  close(): Promise<void>;
}

/** The prefix of all operations. */
export const API = '/api/v1';

/** Every feature mounts its operations here. */
const FEATURES = [
  authRoutes,
  userRoutes,
  ecgRoutes,
  samplesRoutes,
  insightRoutes,
  annotationRoutes,
  checkRoutes,
  exportRoutes,
  formatRoutes,
  pictureRoutes,
  suggestionRoutes,
  patientRoutes,
  studyRoutes,
  encounterRoutes,
  conditionRoutes,
  attendanceRoutes,
  importRoutes,
];

/** What can be imported; their dialects are tried in this order. */
const IMPORT_KINDS: readonly ImportKind[] = [patientsCsv, studiesCsv, encountersCsv, conditionsCsv, attendancesCsv];

/** Makes the application. @throws Error when the API document cannot be made */
export function createApp(deps: AppDeps): App {
  const { config, database, log } = deps;

  // Strict: one address for each resource, and what is made from it (Location) is one that exists.
  const api = new Router({ prefix: API, strict: true });
  const limits = [createRateLimit(config.rateLimit), createReadLimit(config.limits.maxParallelReads)] as const;
  const operations = new Operations(api, createAuthenticate(deps), createConfirm(deps), ...limits);
  const uploads = new Uploads();
  const room = watchRoom({
    database,
    log,
    dataDir: config.mongodbUri === null ? config.dataDir : null,
    reserve: config.limits.minFreeDiskBytes,
    growing: 'ecgBlocks',
    isWaitedFor: deps.isDatabaseWaiting ?? (() => false),
  });
  api.use(databaseGate(room));
  const importKinds = deps.importKinds ?? IMPORT_KINDS;
  const importWorker = new Worker(
    {
      database,
      room,
      log,
      kinds: importKinds,
      clinicTimezone: config.clinicTimezone,
      silentMs: config.limits.instanceSilenceMs,
      maxFailures: config.limits.maxImportFailures,
    },
    deps.importTiming,
  );
  const features = {
    ...deps,
    room,
    uploads,
    inUploadTurn: uploadLimit(config.limits.maxParallelUploads),
    eventStreams: eventStreams(config.limits.maxEventStreams),
    recordings: recordingsPort(database),
    importKinds,
    importWorker,
    ownsRecordings: async (userId: string) => ownsRecordings(database, userId),
  };
  for (const mount of FEATURES) mount(operations, features);

  const site = new Router();
  const document = apiDocument();
  healthRoutes(site, { database, room });
  docsPages(site, document);
  const addresses = { documentation: '/docs', document: '/openapi.json', api: API, health: '/healthz' };
  frontPage(site, { service: 'leadwire', version, ...addresses });

  const koa = new Koa();
  koa.use(silence(2 * config.limits.uploadIdleMs));
  koa.use(requestId());
  koa.use(clientAddress(config.trustProxy));
  koa.use(accessLog(log));
  koa.use(answerPieces(config.limits.readStallMs));
  koa.use(securityHeaders());
  koa.use(problems(log, room));
  koa.use(readable());
  koa.use(api.routes());
  koa.use(site.routes());
  koa.use(unrouted());
  koa.on('error', unsent(log));

  const server = createHttpServer(koa, config, log);
  const closeServer = closing(server);
  return {
    koa,
    operations,
    routers: [api, site],
    document,
    uploads,
    importWorker,
    server,
    close: async () => {
      await Promise.all([importWorker.stop(), closeServer()]);
      await ended(uploads);
    },
  };
}

/** Node's server with limits that let a large upload over a slow line through, and nobody who sends nothing. */
function createHttpServer(koa: Koa, config: Config, log: Logger): Server {
  const handle = koa.callback() as (...args: unknown[]) => void;
  // No limit for a whole request: 1 GiB at 1 Mbit/s takes two and a half hours.
  const server = createServer(
    {
      requestTimeout: 0,
      headersTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      keepAliveTimeout: 75_000,
      requireHostHeader: false,
    },
    handle,
  );
  // An upload that stops is answered by its reader after `uploadIdleMs`; a connection that sends no request, or does not take its answer, ends later.
  server.setTimeout(2 * config.limits.uploadIdleMs);
  // With Expect: 100-continue the body is asked for by the operation, behind its guards.
  server.on('checkContinue', handle);
  // What else a client expects is not understood and need not be: Node.js would refuse it without a word.
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  answerUnreadable(server, log);
  return server;
}

/** Uploads that were cut off take back what they had written. What is left after `CLOSE_MS` is the sweeper's. */
async function ended({ active }: Uploads): Promise<void> {
  for (const until = Date.now() + CLOSE_MS; active.size > 0 && Date.now() < until;) await sleep(20);
}
