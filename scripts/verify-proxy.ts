/**
 * Runs Debian's nginx with the configuration of `deploy/` in front of two instances of the built service on one
 * database, and checks what only such a setup can show.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EcgOptions, sampleCount } from '../src/synth/ecg.ts';
import { synthesizeChallengeJson } from '../src/synth/challenge-json.ts';
import { CommandError } from '../src/startup/command.ts';
import { call, logIn, resumed, upload } from './proxy/client.ts';
import { ADMIN, type Instance, openStage } from './proxy/stage.ts';

const CLINICIAN = { email: 'clinician@clinic.example', password: 'another password of the verification' };
const MIB = 1024 * 1024;
/** Bytes per write. */
const PIECE = 65_536;
/** More than 100 MB as JSON. */
const LARGE: EcgOptions = { seed: 7, duration: 6_000, samplingRate: 500, noise: 20, wander: 150 };
const SMALL: EcgOptions = { seed: 8, duration: 10, samplingRate: 500 };
/** A token revoked on one instance is refused by all others within this time. */
const TOKEN_MS = 5_000;

const stage = await openStage().catch((error: unknown) => {
  if (!(error instanceof CommandError)) throw error;
  console.error(error.message);
  process.exit(1);
});
const { url, one, two, database } = stage;
let failed = 0;

/** One check after the other: each relies on the results of those before it. */
async function check(sentence: string, work: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  const error = await work().then(
    () => null,
    (reason: unknown) => reason,
  );
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${error === null ? '  ok  ' : '  FAIL'} ${sentence} (${seconds} s)`);
  if (error === null) return;
  failed += 1;
  console.log(error instanceof Error ? error.stack : error);
}

/** Waits until a condition holds. @throws Error when it does not within `ms` */
async function eventually(ms: number, what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const giveUp = Date.now() + ms; Date.now() < giveUp; await sleep(100)) if (await holds()) return;
  throw new Error(`${what}: not within ${ms / 1000} s`);
}

const blocks = (): Promise<number> => database.collection('ecgBlocks').countDocuments();
/** The recordings that have blocks, published or not. */
const withBlocks = (): Promise<unknown[]> => database.collection('ecgBlocks').distinct('ecg');
const SCALE = { samplingRate: 500, unit: 'mV', gain: 1000 };
/** Generated once, without an id. An id is put in front of it, since the same id again would be the same recording. */
const largeBody = Buffer.concat([...synthesizeChallengeJson(LARGE, SCALE)]);
const large = (id: string): Iterable<Uint8Array> =>
  pieces(Buffer.from(`{"id":${JSON.stringify(id)},`), largeBody.subarray(1));
const small = (id: string): Iterable<Uint8Array> => synthesizeChallengeJson(SMALL, { id, ...SCALE });

function* pieces(...parts: Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts) for (let at = 0; at < part.length; at += PIECE) yield part.subarray(at, at + PIECE);
}

const ids = async (base: string): Promise<string[]> =>
  (await call(base, 'GET', '/ecgs', token)).body.items.map((ecg: { id: string }) => ecg.id);

/** Reads through nginx continuously while `work` runs. @returns how often each status was answered */
async function whileReading(path: string, work: () => Promise<void>): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const done = new AbortController();
  const reading = (async () => {
    while (!done.signal.aborted) {
      const { status } = await call(url, 'GET', path, token);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await sleep(10);
    }
  })();
  await work().finally(() => done.abort());
  await reading;
  return statuses;
}

/** Waits until nginx no longer skips an instance that has started again. Runs inside `whileReading`. */
async function noLongerSkipped(instance: Instance): Promise<void> {
  const before = stage.accessLog().length;
  const answered = `"upstream":"${new URL(instance.url).host}","upstreamStatus":"200"`;
  await eventually(5_000, 'a request through nginx is answered by the started instance', async () =>
    stage.accessLog().slice(before).includes(answered),
  );
}

let token = '';
let stored = '';

try {
  await check('who logs in through one instance reads through the other, and through nginx', async () => {
    const admin = await logIn(one.url, ADMIN);
    const made = await call(two.url, 'POST', '/users', admin, {
      ...CLINICIAN,
      fullName: 'A Clinician',
      role: 'clinician',
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    token = await logIn(one.url, CLINICIAN);
    for (const base of [two.url, url, url])
      assert.equal((await call(base, 'GET', '/auth/me', token)).body.email, CLINICIAN.email);
  });

  await check('a request keeps its id through nginx; the log of nginx has it, and no query string', async () => {
    const { headers } = await call(url, 'GET', '/ecgs?patient=somebody', token, undefined, {
      'X-Request-Id': 'verification-1',
    });
    assert.equal(headers.get('x-request-id'), 'verification-1');
    const odd = await call(url, 'GET', '/auth/me', token, undefined, { 'X-Request-Id': 'not a sane id' });
    assert.match(odd.headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/);
    await eventually(2_000, 'the line in the log', async () =>
      stage.accessLog().includes('"requestId":"verification-1"'),
    );
    assert.ok(!stage.accessLog().includes('somebody'));
  });

  await check(
    'a large upload flows through nginx while it is sent, and nothing of it lies on the disk of nginx',
    async () => {
      assert.ok(largeBody.length >= 100e6, `only ${largeBody.length} bytes`);
      const before = await blocks();
      const answer = await upload(url, token, large('large'), largeBody.length / 2, async () => {
        await eventually(10_000, 'blocks of the first half', async () => (await blocks()) > before);
        assert.deepEqual(stage.buffered(), []);
        return 'go on';
      });
      assert.equal(answer?.status, 201, JSON.stringify(answer?.body));
      stored = answer.body.id;
      const [first, second] = await Promise.all(
        [one, two].map(({ url: base }) => call(base, 'GET', `/ecgs/${stored}/insights`, token)),
      );
      assert.deepEqual(first?.body, second?.body);
      assert.deepEqual(
        first?.body.channels.map((channel: { samples: number }) => channel.samples),
        Array.from({ length: 12 }, () => sampleCount(LARGE)),
      );
      assert.ok(first?.body.channels.every((channel: { zeroCrossings: number }) => channel.zeroCrossings > 0));
    },
  );

  await check('an upload that its client breaks off leaves nothing', async () => {
    const before = { blocks: await blocks(), ids: await ids(url) };
    const answer = await upload(url, token, large('broken off'), 30 * MIB, async () => {
      await eventually(10_000, 'blocks of the upload', async () => (await blocks()) > before.blocks);
      return 'break off';
    });
    assert.equal(answer, null);
    await eventually(10_000, 'its blocks are gone', async () => (await blocks()) === before.blocks);
    assert.deepEqual(await ids(url), before.ids);
  });

  await check(
    'what is refused is refused in the words of the API: without a token, and above the limit of nginx',
    async () => {
      const anonymous = await upload(url, undefined, large('anonymous'));
      assert.deepEqual([anonymous?.status, anonymous?.body.code], [401, 'token-missing']);
      const tooLarge = await new Promise<{ status: number | undefined; type: string | undefined }>(
        (resolve, reject) => {
          const announced = request(`${url}/api/v1/ecgs`, {
            method: 'POST',
            agent: false,
            headers: {
              'Content-Type': 'application/json',
              Authorization: `Bearer ${token}`,
              'Content-Length': 2 * 1024 * MIB,
            },
          });
          announced.once('response', (answer) => {
            resolve({ status: answer.statusCode, type: answer.headers['content-type'] });
            announced.destroy();
          });
          announced.once('error', reject);
          announced.flushHeaders();
        },
      );
      assert.deepEqual(tooLarge, { status: 413, type: 'application/problem+json' });
    },
  );

  await check('a log-out on one instance ends the token there at once and on the other within 5 s', async () => {
    const ended = await logIn(two.url, CLINICIAN);
    assert.equal((await call(one.url, 'GET', '/auth/me', ended)).status, 200);
    assert.equal((await call(two.url, 'GET', '/auth/me', ended)).status, 200);
    assert.equal((await call(one.url, 'POST', '/auth/logout', ended)).status, 204);
    assert.equal((await call(one.url, 'GET', '/auth/me', ended)).status, 401);
    await eventually(
      TOKEN_MS,
      'the token has ended on the other instance',
      async () => (await call(two.url, 'GET', '/auth/me', ended)).status === 401,
    );
    assert.equal((await call(url, 'GET', '/auth/me', token)).status, 200);
  });

  await check('a resumable upload through nginx goes on at the other instance when one is killed', async () => {
    const body = Buffer.concat([...large('resumed')]);
    const uploaded = resumed(url, token, body);
    await eventually(30_000, 'some bytes are stored', async () => (await uploaded.offset()) > 20 * MIB);
    await two.end('SIGKILL');
    const uploads = [await uploaded.id];
    await two.start();
    const made = await call(url, 'POST', '/ecgs', token, { uploads });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const [first, second] = await Promise.all(
      [stored, made.body.id].map((id: string) => call(url, 'GET', `/ecgs/${id}/insights`, token)),
    );
    assert.deepEqual(first?.body.channels, second?.body.channels);
    const again = await call(two.url, 'POST', '/ecgs', token, { uploads });
    assert.deepEqual([again.status, again.body.id], [200, made.body.id]);
  });

  await check('an instance that is stopped ends in order, and no read through nginx fails meanwhile', async () => {
    const statuses = await whileReading(`/ecgs/${stored}/insights`, async () => {
      assert.equal(await two.end('SIGTERM'), 0);
      await sleep(500);
    });
    assert.deepEqual([...statuses.keys()], [200]);
  });

  await check(
    'an instance that is killed in the middle of an upload: reads and new uploads go on, the cut upload is ' +
      'nowhere to be seen',
    async () => {
      const before = { blocks: await blocks(), ids: await ids(url) };
      const reads: Promise<Map<number, number>>[] = [];
      const answer = await upload(url, token, large('cut'), 30 * MIB, async () => {
        await eventually(10_000, 'blocks of the upload', async () => (await blocks()) > before.blocks);
        const reading = whileReading(`/ecgs/${stored}/insights`, async () => {
          await two.start();
          await noLongerSkipped(two);
          await one.end('SIGKILL');
          await sleep(1_000);
        });
        reads.push(reading);
        await reading;
        return 'go on';
      });
      assert.notEqual(answer?.status, 201);
      // The upload may have ended with the instance while reads continue.
      const [statuses] = await Promise.all(reads);
      assert.deepEqual([...(statuses?.keys() ?? [])], [200]);
      assert.deepEqual(await ids(url), before.ids);
      const another = await upload(url, token, small('after the kill'));
      assert.equal(another?.status, 201, JSON.stringify(another?.body));
    },
  );

  await check('what the killed instance left in the database is removed', async () => {
    await one.start();
    const published = (await ids(one.url)).length;
    await eventually(
      60_000,
      'only blocks of the recordings that exist',
      async () => (await withBlocks()).length === published,
    );
    assert.equal(published, 3);
    assert.equal((await call(url, 'GET', `/ecgs/${stored}/insights`, token)).status, 200);
  });
} finally {
  if (failed > 0) console.log(stage.logs());
  await stage.close();
}
if (failed > 0) process.exitCode = 1;
else console.log('nginx in front of two instances: every check holds');
