/**
 * The application: the middleware in the order in which it runs, and the list of features. Nothing here reads settings,
 * connects or listens.
 */
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from '@koa/router';
import Koa, { type Middleware } from 'koa';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from './startup/config.ts';
import { ClinicZone } from './calendar/clinic-zone.ts';
import { attendancesCsv } from './attendances/csv.ts';
import { attendanceOperations } from './attendances/routes.ts';
import { watchAway } from './database/away.ts';
import { watchRoom } from './database/room.ts';
import { conditionsCsv } from './directory/conditions/csv.ts';
import { conditionOperations } from './directory/conditions/routes.ts';
import { encountersCsv } from './directory/encounters/csv.ts';
import { encounterOperations } from './directory/encounters/routes.ts';
import { patientsCsv } from './directory/patients/csv.ts';
import { patientOperations } from './directory/patients/routes.ts';
import { studiesCsv } from './directory/studies/csv.ts';
import { studyOperations } from './directory/studies/routes.ts';
import { recordingsPort } from './ecgs/attached.ts';
import { auditUploads } from './ecgs/store/audited.ts';
import { createRecordings, ownsRecordings } from './ecgs/store/recordings.ts';
import { Renderer } from './ecgs/pictures/renderer.ts';
import { ecgOperations } from './ecgs/routes.ts';
import { Uploads } from './ecgs/store/uploads.ts';
import { accessLog, unsent } from './http/access-log.ts';
import { answerPieces } from './http/answer-pieces.ts';
import { clientAddress } from './http/client-address.ts';
import { answerUnreadable } from './http/client-error.ts';
import { CLOSE_MS, closing } from './http/closing.ts';
import { crossOrigin } from './http/cors.ts';
import { compression } from './http/compression.ts';
import { databaseGate } from './http/database-gate.ts';
import { apiDocumentOperation, docsPages } from './http/docs-pages.ts';
import { frontPage } from './http/front-page.ts';
import { healthOperations } from './http/health.ts';
import { mount } from './http/guards.ts';
import type { AnyOperation } from './http/operation.ts';
import { answerEnds } from './http/once-over.ts';
import { problems, unrouted } from './http/problem.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { createReadLimit, eventStreams } from './http/answer-limit.ts';
import { uploadLimit } from './http/upload-limit.ts';
import { readable } from './http/readable.ts';
import { requestId } from './http/request-id.ts';
import { securityHeaders } from './http/security-headers.ts';
import { silence } from './http/silence.ts';
import { webApp } from './http/web-app.ts';
import { createOnce } from './idempotency/once.ts';
import type { ImportKind } from './imports/kind.ts';
import { importOperations } from './imports/routes.ts';
import { type Timing, Worker } from './imports/worker.ts';
import { apiDocument, type ApiDocument, version } from './openapi.ts';
import { sessionOperations } from './sessions/routes.ts';
import { systemOperations } from './system/routes.ts';
import { authOperations } from './users/auth-routes.ts';
import { endsWithin } from './until-aborted.ts';
import { uploadOperations } from './uploads/routes.ts';
import { tus } from './uploads/tus.ts';
import { createAuthenticate, createConfirm } from './users/authenticate.ts';
import { IdentityCache, loadUserState } from './users/identity-cache.ts';
import { createLogIn } from './users/log-in.ts';
import { createLoginLimit } from './users/login-limit.ts';
import { Passwords } from './users/passwords.ts';
import { userOperations } from './users/routes.ts';

/** What the application needs; the caller creates and closes it. */
export interface AppDeps {
  config: Config;
  database: Connection;
  log: Logger;
  /** Whether the embedded database is stopped and waits for free disk space. */
  isDatabaseWaiting?: () => boolean;
  /** For tests: import kinds to use in place of the features' own. */
  importKinds?: readonly ImportKind[];
  /** For tests: how soon one instance takes over from another. */
  importTiming?: Timing;
  /** For tests: the folder of the built web application. */
  webFolder?: string;
  /** For tests: sees every answer before it is split into pieces. */
  witness?: Middleware;
  /** For tests, which start many applications: builds the API document, if it must be another one. */
  buildDocument?: typeof apiDocument;
  /** For tests: operations in addition to those of the features. */
  moreOperations?: readonly AnyOperation[];
}

export interface App {
  koa: Koa;
  /** The operations of `/api/v1`. */
  operations: readonly AnyOperation[];
  /** Everything that is routed: the operations, the pages and the probes. */
  routers: readonly Router[];
  document: ApiDocument;
  /** The uploads in progress in this process; the sweeper leaves them alone. */
  uploads: Uploads;
  /** The clinic's time zone. */
  zone: ClinicZone;
  /** Works on the imports of all instances once it has been started; `close` stops it. */
  importWorker: Worker;
  /** Not listening yet. */
  server: Server;
  /** Accepts no new requests and waits for those in progress. Whatever is not done after `CLOSE_MS` is cut off. */
  close(): Promise<void>;
}

/** The prefix of all operations. */
export const API = '/api/v1';

/** The built web application, beside the compiled sources. */
const WEB_FOLDER = join(import.meta.dirname, 'web');

/**
 * How long a stopping service waits for the audit log. Another instance reports the uploads that were not recorded in
 * time.
 */
const AUDIT_MS = 1_000;

/** The operations of every feature. */
const FEATURES = [
  authOperations,
  sessionOperations,
  userOperations,
  ecgOperations,
  uploadOperations,
  patientOperations,
  studyOperations,
  encounterOperations,
  conditionOperations,
  attendanceOperations,
  importOperations,
  systemOperations,
];

/** What can be imported. The dialects are tried in this order. */
const IMPORT_KINDS: readonly ImportKind[] = [patientsCsv, studiesCsv, encountersCsv, conditionsCsv, attendancesCsv];

/** Creates the application. @throws Error when the API document cannot be built */
export function createApp(deps: AppDeps): App {
  const { config, database, log } = deps;

  // Strict: each resource has exactly one address, so that a Location built from it exists.
  const api = new Router({ prefix: API, strict: true });
  const uploads = new Uploads();
  const zone = new ClinicZone(config.clinicTimezone);
  const away = watchAway(database, log);
  const room = watchRoom({
    database,
    away,
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
      zone,
      silentMs: config.limits.instanceSilenceMs,
      maxFailures: config.limits.maxImportFailures,
    },
    deps.importTiming,
  );
  const identities = new IdentityCache({ load: loadUserState(database) });
  const passwords = new Passwords();
  const attempt = createLoginLimit({ config, database });
  const inUploadTurn = uploadLimit(config.limits.maxParallelUploads);
  const renderer = new Renderer();
  const features = {
    ...deps,
    identities,
    passwords,
    attempt,
    logIn: createLogIn({ database, passwords }, attempt),
    zone,
    room,
    uploads,
    inUploadTurn,
    eventStreams: eventStreams(config.limits.maxEventStreams),
    version,
    renderer,
    recordings: recordingsPort(database),
    recordingsOf: createRecordings(database, config.cacheBytes),
    importKinds,
    importWorker,
    stopping: importWorker.stopping,
    ownsRecordings: async (userId: string) => ownsRecordings(database, userId),
  };
  const operations = [...FEATURES.flatMap((operationsOf) => operationsOf(features)), ...(deps.moreOperations ?? [])];
  const addresses = { documentation: '/docs', document: '/openapi.json', api: API, health: '/healthz' };
  const beside = [
    ...healthOperations({ database, room }),
    frontPage({ service: 'leadwire', version, ...addresses }, () => web),
    apiDocumentOperation(() => text),
  ];
  const document = (deps.buildDocument ?? apiDocument)({ url: API, operations }, { url: '/', operations: beside });
  const text = JSON.stringify(document);

  const guards = {
    authenticate: createAuthenticate({ config, identities }),
    confirm: createConfirm({ identities }),
    rateLimit: createRateLimit(config.rateLimit),
    readLimit: createReadLimit(config.limits.maxParallelReads),
    once: createOnce({ database, limits: config.limits, secretKey: config.secretKey, inUploadTurn }),
  };
  mount(api, operations, guards);
  const site = new Router();
  mount(site, beside, guards);
  docsPages(site, document);
  const web = webApp(site, deps.webFolder ?? WEB_FOLDER);

  const koa = new Koa();
  koa.use(answerEnds());
  koa.use(silence(2 * config.limits.uploadIdleMs));
  koa.use(requestId());
  koa.use(clientAddress(config.trustProxy));
  koa.use(accessLog(log));
  koa.use(answerPieces(config.limits.readStallMs));
  koa.use(compression());
  if (deps.witness) koa.use(deps.witness);
  koa.use(securityHeaders());
  if (config.corsOrigins.length > 0) koa.use(crossOrigin(config.corsOrigins, operations));
  koa.use(tus(`${API}/uploads`));
  koa.use(problems(log, room));
  koa.use(readable());
  koa.use(api.routes());
  koa.use(site.routes());
  koa.use(unrouted(web));
  koa.on('error', unsent(log));

  const server = createHttpServer(koa, config, log);
  const closeServer = closing(server);
  return {
    koa,
    operations,
    routers: [api, site],
    document,
    uploads,
    zone,
    importWorker,
    server,
    close: async () => {
      await Promise.all([importWorker.stop(), closeServer()]);
      await renderer.close();
      await ended(uploads);
      await endsWithin(AUDIT_MS, auditUploads(database, uploads));
      away.end();
    },
  };
}

/** Node's HTTP server, with limits that allow a large upload over a slow line but no idle connection. */
function createHttpServer(koa: Koa, config: Config, log: Logger): Server {
  const handle = koa.callback() as (...args: unknown[]) => void;
  // No time limit for a whole request: 1 GiB at 1 Mbit/s takes two and a half hours.
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
  // The reader of an upload answers one that stops, after `uploadIdleMs`. A connection that sends no request, or does
  // not read its answer, is closed later.
  server.setTimeout(2 * config.limits.uploadIdleMs);
  // With Expect: 100-continue, the operation asks for the body after its guards have passed.
  server.on('checkContinue', handle);
  // Other expectations are ignored. By default, Node.js would refuse them with an empty answer.
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  answerUnreadable(server, log);
  return server;
}

/**
 * Waits for uploads that were cut off to remove what they had written. The sweeper removes what is left after
 * `CLOSE_MS`.
 */
async function ended({ active }: Uploads): Promise<void> {
  for (const until = Date.now() + CLOSE_MS; active.size > 0 && Date.now() < until;) await sleep(20);
}
