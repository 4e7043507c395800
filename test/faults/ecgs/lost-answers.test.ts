/**
 * The database performs a write, its answer is lost, and the connection is cut: at every write of every kind of upload.
 * In the short form, the service loses patience soon; `LONG_TESTS=true` uses its normal patience, cuts of many lengths,
 * and a second loss after the first.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { pino } from 'pino';
import { AUDIT_EVENTS } from '../../../src/audit/model.ts';
import { connect } from '../../../src/database/connect.ts';
import { auditUploads } from '../../../src/ecgs/store/audited.ts';
import { sweep } from '../../../src/ecgs/store/sweep.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { integrityOf } from '../../support/integrity.ts';
import { lasting } from '../../support/eventually.ts';
import type { Answer } from '../../support/http.ts';
import { type Cut, type CutKind, isWrite, LineCut, nth } from '../../support/line-cut.ts';
import { differences, idsOf, send } from '../../support/sendings.ts';
import { STORED, UPLOAD_KINDS, type UploadKind } from '../../support/upload-kinds.ts';
import type { Command } from '../../support/wire.ts';

const IS_LONG = process.env['LONG_TESTS'] === 'true';
const PATIENCE_MS = IS_LONG ? 10_000 : 1_000;
const cutsFor = (kind: CutKind, ...seconds: number[]): Cut[] => seconds.map((count) => ({ kind, ms: count * 1_000 }));
/**
 * Shorter and longer than the patience, up to the time in which a silent server is given up and the wait for another
 * one fails.
 */
const CUTS: readonly Cut[] = IS_LONG
  ? [...cutsFor('refused', 8, 11, 13, 15, 18), ...cutsFor('silent', 8, 18, 23)]
  : [...cutsFor('refused', 1.2), ...cutsFor('silent', 2.3)];
const SECOND_CUT: Cut = { kind: 'refused', ms: 1.2 * PATIENCE_MS };
/** Number of applications working at the same time, each with its own connection. */
const PLACES = IS_LONG ? 24 : 6;
/** A request ends within this time after the database has gone away. */
const ANSWER_MS = 20_000;
/** How often a client sends the same upload. */
const TRIES = 6;
/** Where ids of recordings are registered in advance. */
const REGISTRATION = 'instances';
/** The writes that create a recording. */
const DECISIVE = ['insert ecgs', 'commitTransaction'];
const log = pino({ level: 'silent' });

/** An application with a connection that can be cut. */
interface Place extends TestApp {
  line: LineCut;
}

/** The write whose answer is lost, and for how long the connection is then cut. */
interface Loss {
  isMeant: (command: Command) => boolean;
  cut: Cut;
  /** Whether the answer to the next write after the reconnection is lost as well. */
  isLostTwice: boolean;
}

/** The writes for one upload; ids of recordings are registered for many at a time. */
const isRegistration = (command: Command): boolean => isWrite(command) && command.collection === REGISTRATION;
const isOfUpload = (command: Command): boolean => isWrite(command) && !isRegistration(command);

const written = ({ name, collection }: Command): string => (collection === null ? name : `${name} ${collection}`);

async function openPlace(): Promise<Place> {
  const opened: LineCut[] = [];
  const app = await startTestApp(
    {},
    {
      connected: async (database) => {
        const line = await LineCut.open(Number(database.getClient().options.hosts[0]?.port));
        opened.push(line);
        return connect(line.uri(database.name), log, PATIENCE_MS);
      },
    },
  );
  return {
    ...app,
    line: opened[0]!,
    close: async () => {
      await app.close();
      await opened[0]?.close();
    },
  };
}

/** Retries if an impatient service on a busy machine has given up its database. */
async function patiently<T>(place: Place, id: string, work: (id: string) => Promise<T>): Promise<T> {
  for (let tries = 1; tries < TRIES; tries++) {
    try {
      return await work(`${id}-${tries}`);
    } catch {
      await forget(place);
    }
  }
  return work(id);
}

/** The writes of an undisturbed upload. */
function writesOf(place: Place, { prepare, ends }: UploadKind, name: string, seed: number): Promise<string[]> {
  return patiently(place, name, async (id) => {
    const sending = await prepare(place, id, seed);
    const before = place.line.commands.length;
    expect((await send(place, place.clinician.token, sending)).status).to.be.oneOf(ends);
    return place.line.commands.slice(before).filter(isOfUpload).map(written);
  });
}

/** The answer, or its failure. */
async function inTime(answer: Promise<Answer | string>): Promise<Answer | string> {
  const waited = new AbortController();
  try {
    const late = lasting(ANSWER_MS, waited.signal).then(() => 'was not answered in time');
    return await Promise.race([answer, late]);
  } finally {
    waited.abort();
  }
}

/** Loses the answer to a write, and retries like a client. Returns what is wrong afterwards. */
async function faultsOf(place: Place, kind: UploadKind, loss: Loss, id: string, seed: number): Promise<string[]> {
  const {
    line,
    clinician: { token },
  } = place;
  const sending = await patiently(place, id, (name) => kind.prepare(place, name, seed));
  // After a long cut, the second loss may still be pending when the first attempt is answered.
  let hasCome = false;
  const isMeant = (command: Command): boolean => {
    const isIt = loss.isMeant(command);
    hasCome ||= isIt;
    return isIt;
  };
  const whole = line
    .loseAnswer(isMeant, loss.cut)
    .then(async () => (loss.isLostTwice ? line.loseAnswer(isWrite, SECOND_CUT) : undefined));
  const faults: string[] = [];
  let answer: Answer;
  for (let tries = 1; ; tries++) {
    const sent = send(place, token, sending).catch((error: Error) => `was broken off: ${String(error.cause)}`);
    const answered = await inTime(sent);
    if (typeof answered === 'string') return [...faults, `try ${tries} ${answered}`];
    answer = answered;
    if (tries === 1 && !hasCome) faults.push('the write did not come');
    if (kind.ends.includes(answer.status)) break;
    if (answer.status !== 503 || tries === TRIES) {
      return [...faults, `try ${tries} was answered with ${answer.status}: ${answer.text}`];
    }
    await line.whole();
  }
  line.loseNothing();
  await Promise.race([whole, line.whole()]);
  const differing = async (): Promise<string[]> =>
    STORED.includes(answer.status) ? differences(place, token, idsOf(answer), sending) : [];
  faults.push(...(await differing()));
  const { uploads } = place.app;
  const until = performance.now() + ANSWER_MS;
  while (uploads.active.size > 0 && performance.now() < until) await nextTurn();
  await sweep({ database: place.database, log, uploads, silentMs: 60_000 });
  faults.push(...(await differing()).map((text) => `after a sweep ${text}`));
  const { hollow, orphans, doubled, mistold } = await integrityOf(place.database);
  for (const [what, ids] of Object.entries({ hollow, orphans, doubled, mistold })) {
    if (ids.length > 0) faults.push(`${ids.length} ${what}`);
  }
  return faults;
}

/** Removes what one case leaves, so that the next is not affected. */
async function forget({ database, app }: Place): Promise<void> {
  await auditUploads(database, app.uploads);
  const names = ['ecgs', 'ecgBlocks', 'ecgAnnotations', AUDIT_EVENTS];
  await Promise.all(names.map((name) => database.collection(name).deleteMany({})));
}

/** The short form alternates between kinds of cuts, except for writes that create a recording. */
const cutsOf = (write: string, i: number): readonly Cut[] =>
  IS_LONG || DECISIVE.includes(write) ? CUTS : CUTS.filter((_, n) => n === i % CUTS.length);

describe('an upload whose answers from the database are lost', function () {
  this.timeout(IS_LONG ? 30 * 60_000 : 120_000);
  const free: Place[] = [];
  const places: Place[] = [];
  const waiting: ((place: Place) => void)[] = [];
  let cases = 0;

  before(async () => {
    // One after the other: creating the indexes of a new database takes time, and these services are impatient.
    while (places.length < PLACES) places.push(await openPlace());
    free.push(...places);
  });
  after(async () => {
    await Promise.all(places.map((place) => place.close()));
  });

  /** Runs a case when an application is free. */
  async function inPlace<T>(work: (place: Place) => Promise<T>): Promise<T> {
    const place = free.pop() ?? (await new Promise<Place>((resolve) => waiting.push(resolve)));
    try {
      return await work(place);
    } finally {
      await forget(place);
      const next = waiting.shift();
      if (next) next(place);
      else free.push(place);
    }
  }

  async function casesOf(kind: UploadKind): Promise<Record<string, string[]>> {
    const number = cases++;
    const writes = await inPlace((place) => writesOf(place, kind, `undisturbed-${number}`, 10 * number));
    expect(writes).to.include.members([...kind.writes]);
    const once = writes.flatMap((write, i) => cutsOf(write, i).map((cut) => ({ write, i, cut, isLostTwice: false })));
    const decisive = once.filter(({ write }) => IS_LONG && DECISIVE.includes(write));
    const twice = decisive.map((one) => ({ ...one, isLostTwice: true }));
    const found = await Promise.all(
      [...once, ...twice].map(async ({ write, i, cut, isLostTwice }) => {
        const seed = 10 * cases++;
        const loss = { isMeant: nth(i + 1, isOfUpload), cut, isLostTwice };
        const faults = await inPlace((place) => faultsOf(place, kind, loss, `case-${seed}`, seed));
        return [
          `${i + 1}. ${write}, ${cut.kind} for ${cut.ms} ms${isLostTwice ? ', and another' : ''}`,
          faults,
        ] as const;
      }),
    );
    return Object.fromEntries(found.filter(([, faults]) => faults.length > 0));
  }

  const results = new Map<UploadKind, Promise<Record<string, string[]>>>();
  before(() => {
    for (const kind of UPLOAD_KINDS) {
      const result = casesOf(kind);
      result.catch(() => undefined);
      results.set(kind, result);
    }
  });

  for (const kind of UPLOAD_KINDS) {
    it(`is stored as sent or can be sent again, and leaves nothing behind: ${kind.name}`, async () => {
      expect(await results.get(kind)).to.deep.equal({});
    });
  }

  for (const cut of CUTS) {
    it(`is stored or can be sent again if ids could not be registered: ${cut.kind} for ${cut.ms} ms`, async () => {
      const place = await openPlace();
      places.push(place);
      const loss = { isMeant: isRegistration, cut, isLostTwice: false };
      expect(await faultsOf(place, UPLOAD_KINDS[0]!, loss, 'first', 10 * cases++)).to.deep.equal([]);
    });
  }
});
