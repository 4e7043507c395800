/** The rules of tus 1.0, section by section, and of our errors. */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { ask, begin, begun, metadataOf, noise, offsetOf, patch, readUpload, TUS } from '../../support/uploads.ts';

const digest = (algorithm: string, bytes: Uint8Array) =>
  `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;

describe('the tus protocol', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());
  const user = () => app.clinician;

  describe('every request', () => {
    it('needs the version of the protocol, and learns it otherwise', async () => {
      const id = await begun(app, user(), 4);
      for (const version of [undefined, '0.2.2', '1.0.1'])
        for (const [method, path] of [
          ['POST', '/uploads'],
          ['HEAD', `/uploads/${id}`],
          ['PATCH', `/uploads/${id}`],
          ['DELETE', `/uploads/${id}`],
        ] as const) {
          const headers = version === undefined ? {} : { 'Tus-Resumable': version };
          const refused = await call(app, method, path, { token: user().token, headers });
          expect([method, version, refused.status]).to.deep.equal([method, version, 412]);
          expect(refused.headers.get('tus-version')).to.equal('1.0.0');
          if (method !== 'HEAD') expect(refused.json).to.include({ code: 'tus-version-unsupported' });
        }
      expect(await offsetOf(app, user(), id)).to.equal(0);
    });

    it('is answered with the version, also if it is refused', async () => {
      const id = await begun(app, user(), 4);
      for (const answer of [
        await call(app, 'HEAD', `/uploads/${id}`, { headers: TUS }),
        await call(app, 'PUT', `/uploads/${id}`, { token: user().token, raw: 'a' }),
        await call(app, 'DELETE', '/uploads/nothing', { token: user().token, headers: TUS }),
        await patch(app, user(), id, 3, noise(1)),
        await patch(app, user(), id, 0, noise(4)),
      ])
        expect(answer.headers.get('tus-resumable'), String(answer.status)).to.equal('1.0.0');
    });

    it('may be a POST that names another method', async () => {
      const id = await begun(app, user(), 4);
      const patched = await call(app, 'POST', `/uploads/${id}`, {
        token: user().token,
        raw: noise(4),
        headers: {
          ...TUS,
          'X-HTTP-Method-Override': 'PATCH',
          'Upload-Offset': '0',
          'Content-Type': 'application/offset+octet-stream',
        },
      });
      expect([patched.status, patched.headers.get('upload-offset')]).to.deep.equal([204, '4']);
      const headers = { ...TUS, 'X-HTTP-Method-Override': 'DELETE' };
      expect((await call(app, 'POST', `/uploads/${id}`, { token: user().token, headers })).status).to.equal(204);
      expect((await ask(app, user(), id)).status).to.equal(404);
    });
  });

  it('OPTIONS names what is supported, without a token', async () => {
    const { status, headers } = await call(app, 'OPTIONS', '/uploads');
    expect(status).to.equal(204);
    expect(headers.get('tus-version')).to.equal('1.0.0');
    expect(headers.get('tus-extension')).to.equal('creation,expiration,checksum,termination');
    expect(headers.get('tus-checksum-algorithm')).to.equal('sha1,sha256');
    expect(headers.get('tus-max-size')).to.equal(String(app.config.limits.maxUploadBytes));
  });

  describe('the creation of an upload', () => {
    it('answers with its address and when it expires', async () => {
      const { status, headers, text } = await begin(app, user(), 10, '100.dat');
      expect([status, text]).to.deep.equal([201, '']);
      expect(headers.get('location')).to.match(/^\/api\/v1\/uploads\/[0-9a-f]{24}$/);
      const expires = headers.get('upload-expires')!;
      expect(new Date(expires).toUTCString()).to.equal(expires);
      expect(Date.parse(expires) - Date.now()).to.be.within(86_000_000, 86_500_000);
    });

    it('needs a length, which cannot be given later', async () => {
      for (const headers of [
        {},
        { 'Upload-Defer-Length': '1' },
        { 'Upload-Length': '-1' },
        { 'Upload-Length': '1.5' },
      ]) {
        const { json } = await call(app, 'POST', '/uploads', { token: user().token, headers: { ...TUS, ...headers } });
        expect(json).to.include({ status: 400, code: 'invalid-header' });
        expect(json.errors[0].path).to.equal('/Upload-Length');
      }
    });

    it('refuses a file that is larger than Tus-Max-Size', async () => {
      const { json } = await begin(app, user(), app.config.limits.maxUploadBytes + 1);
      expect(json).to.include({ status: 413, code: 'body-too-large' });
    });

    it('takes the name of the file from the metadata, without folders', async () => {
      for (const [path, name] of [
        ['100.hea', '100.hea'],
        ['C:\\records\\100.hea', '100.hea'],
        ['records/Ä ö.edf', 'Ä ö.edf'],
        ['', null],
      ] as const) {
        const id = await begun(app, user(), 1, path);
        expect((await readUpload(app, user(), id)).json.name).to.equal(name);
      }
    });

    it('accepts further metadata, and returns all of them unchanged', async () => {
      const metadata = `${metadataOf('a.edf')}, is_confidential,relativePath bnVsbA==`;
      const { headers } = await begin(app, user(), 1, null, { 'Upload-Metadata': metadata });
      const id = headers.get('location')!.split('/').at(-1)!;
      expect((await ask(app, user(), id)).headers.get('upload-metadata')).to.equal(metadata);
      expect((await ask(app, user(), await begun(app, user(), 1))).headers.get('upload-metadata')).to.equal(null);
    });

    it('refuses metadata that cannot be read', async () => {
      for (const metadata of [
        'filename a b',
        'filename ?',
        'a YQ==,a YQ==',
        ',',
        'filename /w==',
        metadataOf('a\u0007'),
      ]) {
        const { json } = await begin(app, user(), 1, null, { 'Upload-Metadata': metadata });
        expect(json, metadata).to.include({ status: 400, code: 'invalid-header' });
        expect(json.errors[0].path).to.equal('/Upload-Metadata');
      }
    });

    it('of an empty file is complete at once', async () => {
      const id = await begun(app, user(), 0, 'empty');
      expect((await readUpload(app, user(), id)).json).to.include({ state: 'complete', length: 0, offset: 0 });
      expect((await patch(app, user(), id, 0, noise(0))).status).to.equal(204);
    });
  });

  describe('HEAD', () => {
    it('tells offset and length, and may not be cached', async () => {
      const id = await begun(app, user(), 10);
      await patch(app, user(), id, 0, noise(4));
      const { status, headers, text } = await ask(app, user(), id);
      expect([status, text]).to.deep.equal([200, '']);
      expect([headers.get('upload-offset'), headers.get('upload-length')]).to.deep.equal(['4', '10']);
      expect(headers.get('cache-control')).to.equal('no-store');
    });
  });

  describe('PATCH', () => {
    it('continues at the offset', async () => {
      const id = await begun(app, user(), 10);
      const first = await patch(app, user(), id, 0, noise(4));
      expect([first.status, first.headers.get('upload-offset')]).to.deep.equal([204, '4']);
      expect(first.headers.get('upload-expires')).to.be.a('string');
      expect((await readUpload(app, user(), id)).json).to.include({ state: 'receiving', offset: 4 });
      const second = await patch(app, user(), id, 4, noise(6));
      expect([second.status, second.headers.get('upload-offset')]).to.deep.equal([204, '10']);
      expect((await readUpload(app, user(), id)).json).to.include({ state: 'complete', offset: 10 });
    });

    it('with nothing in it changes nothing', async () => {
      const id = await begun(app, user(), 10);
      expect((await patch(app, user(), id, 0, noise(0))).status).to.equal(204);
      expect(await offsetOf(app, user(), id)).to.equal(0);
    });

    it('is refused at another offset', async () => {
      const id = await begun(app, user(), 10);
      await patch(app, user(), id, 0, noise(4));
      for (const offset of [0, 3, 5, 10]) {
        const { json } = await patch(app, user(), id, offset, noise(1));
        expect(json).to.include({ status: 409, code: 'offset-stale' });
      }
      expect(await offsetOf(app, user(), id)).to.equal(4);
    });

    it('needs an offset', async () => {
      const id = await begun(app, user(), 10);
      for (const offset of ['', '-1', '+0', '0x1', 'NaN']) {
        const { json } = await patch(app, user(), id, 0, noise(1), { 'Upload-Offset': offset });
        expect(json, offset).to.include({ status: 400, code: 'invalid-header' });
      }
    });

    it('needs the media type of the protocol', async () => {
      const id = await begun(app, user(), 10);
      for (const type of ['application/octet-stream', 'application/json']) {
        const { json } = await patch(app, user(), id, 0, noise(1), { 'Content-Type': type });
        expect(json).to.include({ status: 415, code: 'media-type-unsupported' });
      }
    });

    it('is refused beyond the length', async () => {
      const id = await begun(app, user(), 10);
      expect((await patch(app, user(), id, 0, noise(11))).json).to.include({ status: 413, code: 'body-too-large' });
      expect(await offsetOf(app, user(), id)).to.equal(0);
      await patch(app, user(), id, 0, noise(10));
      expect((await patch(app, user(), id, 10, noise(1))).json).to.include({ status: 413, code: 'body-too-large' });
    });
  });

  describe('a checksum', () => {
    it('that matches lets the bytes be stored', async () => {
      const bytes = noise(2_500_000);
      const id = await begun(app, user(), 2 * bytes.length);
      for (const [i, algorithm] of ['sha1', 'sha256'].entries()) {
        const headers = { 'Upload-Checksum': digest(algorithm, bytes) };
        const { status } = await patch(app, user(), id, i * bytes.length, bytes, headers);
        expect(status, algorithm).to.equal(204);
      }
      expect((await readUpload(app, user(), id)).json).to.include({ state: 'complete' });
    });

    it('that does not match is answered with 460, and nothing is stored', async () => {
      const bytes = noise(2_500_000);
      const id = await begun(app, user(), bytes.length);
      const { json } = await patch(app, user(), id, 0, bytes, { 'Upload-Checksum': digest('sha1', noise(8)) });
      expect(json).to.include({ status: 460, code: 'checksum-mismatch' });
      expect(await offsetOf(app, user(), id)).to.equal(0);
      const upload = new Types.ObjectId(id);
      expect(await app.database.collection('uploadPieces').countDocuments({ upload })).to.equal(0);
    });

    it('of an unknown algorithm, or of a wrong length, is refused', async () => {
      const id = await begun(app, user(), 4);
      for (const checksum of ['md5 AAAA', 'sha1', 'sha1 AAAA', 'sha256 AAAA']) {
        const { json } = await patch(app, user(), id, 0, noise(4), { 'Upload-Checksum': checksum });
        expect(json, checksum).to.include({ status: 400, code: 'invalid-header' });
      }
      expect(await offsetOf(app, user(), id)).to.equal(0);
    });
  });

  it('DELETE gives an upload up, with its bytes', async () => {
    const id = await begun(app, user(), 10);
    await patch(app, user(), id, 0, noise(4));
    const remove = () => call(app, 'DELETE', `/uploads/${id}`, { token: user().token, headers: TUS });
    expect((await remove()).status).to.equal(204);
    expect((await ask(app, user(), id)).status).to.equal(404);
    expect((await patch(app, user(), id, 4, noise(1))).json).to.include({ status: 404 });
    expect((await remove()).json).to.include({ status: 404, code: 'not-found' });
    expect((await readUpload(app, user(), id)).json).to.include({ status: 404 });
  });
});
