/** Compressed answers: which are, in which encoding, and that they are the same content. */
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import { expect } from 'chai';
import { z } from 'zod';
import { operation } from '../../../src/http/operation.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { manyPatients } from '../../support/directory.ts';
import { plainGet } from '../../support/plain-get.ts';

const LONG = 'I,II,III\r\n'.repeat(1_000);

const test = (form: string): string => `/compression-test?form=${form}`;

describe('an answer', () => {
  let app: TestApp;
  let source: Readable | undefined;
  before(async () => {
    const answers = {
      200: { description: 'Text', content: { 'text/csv': 'text', 'image/png': 'binary', 'text/event-stream': 'text' } },
    } as const;
    app = await startTestApp(
      {},
      {
        moreOperations: [
          operation({
            id: 'compressionTest',
            tag: 'service',
            method: 'get',
            path: '/compression-test',
            access: 'public',
            query: z.strictObject({
              form: z.enum(['stream', 'endless', 'small', 'binary', 'ranges', 'packed', 'events']),
            }),
            answers,
            handler: ({ ctx, query: { form } }) => {
              ctx.type = form === 'events' ? 'text/event-stream' : form === 'binary' ? 'image/png' : 'text/csv';
              ctx.body = form === 'small' ? LONG.slice(0, 1_000) : LONG;
              if (form === 'ranges') ctx.set('Accept-Ranges', 'bytes');
              if (form === 'packed') ctx.set('Content-Encoding', 'gzip');
              if (form === 'stream') ctx.body = Readable.from(LONG.match(/[^]{1,999}/g) ?? []);
              if (form === 'endless') {
                source = Readable.from(
                  (function* () {
                    for (let n = 0; ; n++) yield `${Math.sin(n)}\r\n`.repeat(99);
                  })(),
                );
                ctx.body = source;
              }
              return Promise.resolve();
            },
          }),
        ],
      },
    );
    await manyPatients(app, 30, 3);
  });
  after(() => app.close());

  const get = (
    path: string,
    acceptEncoding?: string,
    more: Record<string, string> = {},
    options: { method?: string; leaveAfter?: number } = {},
  ) =>
    plainGet(app, path, {
      ...options,
      headers: { ...(acceptEncoding !== undefined && { 'Accept-Encoding': acceptEncoding }), ...more },
    });

  const CHOSEN: [accepted: string | undefined, encoding: string | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['deflate', undefined],
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*;q=0', undefined],
  ];
  for (const [accepted, encoding] of CHOSEN) {
    it(`is ${encoding ?? 'not compressed'} with Accept-Encoding ${accepted ?? 'left out'}`, async () => {
      const { headers, bytes } = await get('/patients', accepted, { Authorization: `Bearer ${app.admin.token}` });
      expect(headers['content-encoding']).to.equal(encoding);
      expect(headers.vary).to.include('Accept-Encoding').and.include('Authorization').and.include('Cookie');
      expect(Number(headers['content-length'])).to.equal(bytes.length);
      const plain =
        encoding === 'br'
          ? await promisify(brotliDecompress)(bytes)
          : encoding === 'gzip'
            ? await promisify(gunzip)(bytes)
            : bytes;
      expect(JSON.parse(plain.toString()).items).to.have.length(30);
      if (encoding !== undefined) expect(bytes.length).to.be.lessThan(0.3 * plain.length);
    });
  }

  it('that is a stream is compressed while it is made', async () => {
    const { headers, bytes } = await get(test('stream'), 'gzip');
    expect(headers['content-encoding']).to.equal('gzip');
    expect(headers['content-length']).to.equal(undefined);
    expect((await promisify(gunzip)(bytes)).toString()).to.equal(LONG);
  });

  it('that is a stream is no longer made when its reader has gone', async () => {
    await get(test('endless'), 'br', {}, { leaveAfter: 1_000 });
    await eventually('the source is destroyed', () => source?.destroyed);
  });

  for (const [form, why] of [
    ['small', 'is small'],
    ['binary', 'is not text'],
    ['ranges', 'can be read in parts'],
    ['packed', 'is compressed already'],
    ['events', 'is a stream of events'],
  ] as const) {
    it(`that ${why} stays as it is`, async () => {
      const { headers, bytes } = await get(test(form), 'br, gzip');
      expect(headers['content-encoding']).to.equal(form === 'packed' ? 'gzip' : undefined);
      expect(bytes.toString()).to.equal(form === 'small' ? LONG.slice(0, 1_000) : LONG);
    });
  }

  it('to HEAD says that it depends on the encoding, and has no body', async () => {
    const { headers, bytes } = await get(test('stream'), 'gzip', {}, { method: 'HEAD' });
    expect([headers.vary, bytes.length]).to.deep.equal(['Accept-Encoding', 0]);
  });

  it('has one tag for each encoding, and any of them is recognised', async () => {
    const Authorization = `Bearer ${app.admin.token}`;
    const tags = [];
    for (const encoding of ['', 'gzip', 'br'])
      tags.push((await get('/patients', encoding, { Authorization })).headers.etag);
    expect(new Set(tags).size).to.equal(3);
    for (const tag of tags) {
      const { status, headers, bytes } = await get('/patients', 'br', { Authorization, 'If-None-Match': String(tag) });
      expect([status, bytes.length, headers['content-encoding']]).to.deep.equal([304, 0, undefined]);
    }
  });
});
