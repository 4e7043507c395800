/** The kernel's memory for blocks is given back, however an upload or a reading ends. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect as connectSocket, type Socket } from 'node:net';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { API } from '../../../src/app.ts';
import { RecordingReader } from '../../../src/ecgs/reading/recording-reader.ts';
import { wholeSpan } from '../../../src/ecgs/reading/span-cursor.ts';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { SLOTS } from '../../../src/signal/kernel.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { whileFailing } from '../../support/failpoint.ts';
import { call } from '../../support/http.ts';
import { noise } from '../../support/signals.ts';
import { storeRecording } from '../../support/stored.ts';

const BLOCK = 65_536;
/** A smooth line, which is stored packed and so decoded in the kernel's memory. */
const smooth = (length: number, period = 300): Int16Array =>
  Int16Array.from({ length }, (_, i) => Math.round(900 * Math.sin(i / period)));

const lead = (name: string, text: string): string => `{"name":"${name}","signal":[${text}]}`;
const bodyOf = (...texts: string[]): string =>
  `{"leads":[${texts.map((text, i) => lead(`L${i}`, text)).join()}],"zeroLevel":1}`;

describe("the kernel's memory for blocks is given back", () => {
  let app: TestApp;
  let token: string;
  let id: string;
  let all: number;
  /** Requests that the service has begun and not ended. */
  let open = 0;

  before(async () => {
    app = await startTestApp();
    app.app.server.on('request', (_, answer: ServerResponse) => {
      open++;
      answer.once('close', () => open--);
    });
    ({ token } = app.clinician);
    const channels = ['I', 'II', 'III'].map((name, i) => ({ name, samples: smooth(30 * BLOCK, 300 + i) }));
    const ecg = await storeRecording(app.database, channels, new Types.ObjectId(app.clinician.id));
    id = ecg._id.toHexString();
    all = SLOTS.free();
  });
  after(() => app.close());

  const lacking = (): boolean => SLOTS.free() < all;
  afterEach(() => eventually('all memory is given back', () => open === 0 && SLOTS.free() === all));

  /** Sends a request and returns its socket; nothing is read from it. */
  async function begin(method: string, path: string, body = '', length = body.length): Promise<Socket> {
    const { hostname, port } = new URL(app.url);
    const socket = connectSocket(Number(port), hostname).on('error', () => undefined);
    socket.pause();
    const head = [
      `${method} ${API}${path} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${token}`,
      ...(length > 0 ? ['Content-Type: application/json', `Content-Length: ${length}`] : []),
    ];
    await new Promise<void>((resolve) => {
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => resolve());
    });
    return socket;
  }

  describe('after an upload', () => {
    const line = smooth(3 * BLOCK + 1000).join();
    // More than one insert.
    const noises = [1, 2, 3].map((seed) => noise(300_000, seed).join());
    const decimals = smooth(100_000)
      .map((value) => value / 10)
      .join();

    it('that succeeds, with blocks of every type', async () => {
      const wide = Array.from(smooth(100_000), (value) => 1000 * value).join();
      const mixed = `${line},1e10,0.1`;
      const raw = bodyOf(line, wide, decimals, mixed, '1,null,2');
      const answer = await call(app, 'POST', '/ecgs', { token, raw });
      expect(answer.status, answer.text).to.equal(201);
    });

    for (const [where, share] of [
      ['in the first block', 0.1],
      ['in the second lead', 0.6],
      ['at its end', 0.999_99],
    ] as const) {
      it(`whose client disconnects ${where}`, async () => {
        const body = bodyOf(line, line);
        const socket = await begin('POST', '/ecgs', body.slice(0, Math.floor(body.length * share)), body.length);
        await eventually('a block is being built', lacking);
        socket.resetAndDestroy();
        await eventually('the upload has ended', () => app.app.uploads.active.size === 0);
      });
    }

    it('whose content is invalid after many samples', async () => {
      const raw = `{"leads":[${lead('I', line)},${lead('II', `${line},"x"`)}]}`;
      const answer = await call(app, 'POST', '/ecgs', { token, raw });
      expect(answer.status, answer.text).to.be.oneOf([400, 422]);
    });

    for (const [what, command, collection, skip] of [
      ['first blocks', 'insert', 'ecgBlocks', 0],
      ['later blocks', 'insert', 'ecgBlocks', 1],
      ['blocks, when they are read to be counted again,', 'find', 'ecgBlocks', 0],
      ['document', 'insert', 'ecgs', 0],
    ] as const) {
      it(`whose ${what} the database refuses`, async () => {
        await whileFailing(app.database, { command, collection, skip }, async () => {
          const raw = bodyOf(...noises, decimals);
          expect((await call(app, 'POST', '/ecgs', { token, raw })).status).to.be.oneOf([500, 503]);
        });
      });
    }
  });

  describe('after a reading', () => {
    const PATHS = [
      'export?format=wfdb',
      'export?format=csv',
      'export?format=json',
      'export?format=wfdb&from=100&to=3000',
      'samples?from=0&to=600',
      'channels/II/samples?from=0&to=1900',
    ];

    it('that is read to its end', async () => {
      for (const path of [
        ...PATHS.filter((each) => !each.includes('csv')),
        'export?format=csv&to=300',
        'checks',
        'insights?from=1&deadBand=0.1',
        'ecg.svg?from=1&to=11',
      ])
        expect((await call(app, 'GET', `/ecgs/${id}/${path}`, { token })).status, path).to.equal(200);
    });

    it('of which only the head is requested', async () => {
      for (const path of PATHS) {
        const url = `${app.url}${API}/ecgs/${id}/${path}`;
        const { status } = await fetch(url, { method: 'HEAD', headers: { Authorization: `Bearer ${token}` } });
        expect(status, path).to.equal(200);
      }
    });

    for (const path of PATHS) {
      it(`whose client goes away after some of ${path}`, async () => {
        const socket = await begin('GET', `/ecgs/${id}/${path}`);
        await new Promise<void>((resolve) => {
          socket.once('data', () => resolve());
          socket.resume();
        });
        socket.resetAndDestroy();
      });

      it(`whose client goes away before anything of ${path}`, async () => {
        const begun = once(app.app.server, 'request');
        const socket = await begin('GET', `/ecgs/${id}/${path}`);
        await begun;
        socket.resetAndDestroy();
      });
    }

    it('whose client goes away while it does not read', async () => {
      const socket = await begin('GET', `/ecgs/${id}/export?format=wfdb`);
      await eventually('a block is decoded', lacking);
      socket.resetAndDestroy();
    });

    it('that ends with a block that is damaged or missing', async () => {
      const broken = await storeRecording(
        app.database,
        [{ name: 'I', samples: smooth(5 * BLOCK) }],
        new Types.ObjectId(app.clinician.id),
      );
      const third = { ecg: broken._id, 'blocks.index': 2 };
      const path = `/ecgs/${broken._id.toHexString()}/export?format=csv`;
      await blockCollection(app.database).updateOne(third, { $set: { 'blocks.0.crc32': 1 } });
      await call(app, 'GET', path, { token }).catch(() => undefined);
      await blockCollection(app.database).deleteOne(third);
      await call(app, 'GET', path, { token }).catch(() => undefined);
    });

    it('that its reader gives up half-way', async () => {
      const ecg = await storeRecording(app.database, [{ name: 'I', samples: smooth(5 * BLOCK) }]);
      const reader = (): RecordingReader => new RecordingReader(app.database, ecg._id, [wholeSpan(ecg, 0)]);
      for await (const _ of reader().inTurn()) {
        expect(lacking()).to.equal(true);
        break;
      }
      expect(SLOTS.free()).to.equal(all);
      for await (const _ of reader().read([{ channel: 0, perFrame: 1 }], 1000)) {
        expect(lacking()).to.equal(true);
        break;
      }
      expect(SLOTS.free()).to.equal(all);
    });
  });
});
