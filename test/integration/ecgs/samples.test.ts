/** Several channels of samples in one answer. */
import { expect } from 'chai';
import { readConfig } from '../../../src/startup/config.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';

const ARRAYS = { int16: Int16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };
/** The description of a channel in the first line of the binary form. */
interface Placed {
  name: string;
  first: number;
  type: keyof typeof ARRAYS;
  offset: number;
  length: number;
  missing: number | null;
}

/** Parses the binary form: the first line, and the samples of each channel; null for missing ones. */
function parsed({ bytes }: Answer): { channels: Placed[]; samples: (number | null)[][]; data: number; rest: Buffer } {
  const body = Buffer.from(bytes);
  const data = body.indexOf('\n') + 1;
  const { channels } = JSON.parse(body.subarray(0, data).toString()) as { channels: Placed[] };
  const samples = channels.map(({ type, offset, length, missing }) =>
    Array.from(new ARRAYS[type](bytes, data + offset, length), (value) =>
      Object.is(value, missing ?? NaN) ? null : value,
    ),
  );
  return { channels, samples, data, rest: body.subarray(data) };
}

const namesOf = (answer: Answer): string[] => answer.json.channels.map(({ name }: { name: string }) => name);

describe('GET /ecgs/{id}/samples', () => {
  let app: TestApp;
  let token: string;
  let id: string;
  const { limits } = readConfig({
    SECRET_KEY: 'k'.repeat(32),
    FIRST_SUPERUSER_PASSWORD: 'x'.repeat(20),
    LOAD_DEMO: 'false',
  });
  const MOST = 1_000;

  const line = Array.from({ length: 300 }, (_, i) => (i % 17) - 8);
  const leads = [
    { name: 'MLII', signal: line.map((value, i) => (i === 5 ? null : value)), samplingRate: 100 },
    { name: 'V5', signal: line.slice(0, 251).map((value, i) => (i === 250 ? null : 70_000 * value)) },
    { name: 'Resp, thorax', signal: line.slice(0, 3).map((value) => value / 4), zeroLevel: 0.5 },
    { name: 'III', signal: line.slice(0, 201).map((value, i) => (i === 7 ? null : value / 3)), unit: 'µV', gain: 2 },
  ];

  before(async () => {
    app = await startTestApp({ limits: { ...limits, maxSamplesPerAnswer: MOST } });
    ({ token } = app.clinician);
    const body = { samplingRate: 50, unit: 'mV', gain: 1000, leads };
    ({ id } = (await call(app, 'POST', '/ecgs', { token, body })).json as { id: string });
  });
  after(() => app.close());

  const get = (query = '', accept?: string): Promise<Answer> =>
    call(app, 'GET', `/ecgs/${id}/samples${query}`, { token, ...(accept !== undefined && { accept }) });
  const binary = async (query = '') => parsed(await get(query, 'application/octet-stream'));

  it('has all channels, each the same as alone', async () => {
    const answer = await get();
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('vary')]).to.deep.equal([
      200,
      'application/json; charset=utf-8',
      'Accept, Accept-Encoding',
    ]);
    expect(answer.json.ecgId).to.equal(id);
    expect(answer.json.channels.map(({ samples }: { samples: unknown }) => samples)).to.deep.equal(
      leads.map(({ signal }) => signal),
    );
    for (const [i, { name }] of leads.entries()) {
      const path = `/ecgs/${id}/channels/${encodeURIComponent(name)}/samples`;
      const { ecgId, channel, count, sampleType, ...alone } = (await call(app, 'GET', path, { token })).json;
      expect([ecgId, channel, count]).to.deep.equal([id, name, leads[i]!.signal.length]);
      expect(answer.json.channels[i]).to.deep.equal({ name, ...alone });
      expect((await binary()).channels[i]!.type).to.equal(sampleType);
    }
  });

  it('has only the named channels, by name or by lead, in that order', async () => {
    expect(namesOf(await get('?channels=V5,II'))).to.deep.equal(['V5', 'MLII']);
    expect(namesOf(await get('?channels=III%2C%20MLII'))).to.deep.equal(['III', 'MLII']);
    expect(namesOf(await get('?channels=Resp,%20thorax&channels=V5'))).to.deep.equal(['Resp, thorax', 'V5']);
  });

  it('is refused like an export if a name is unknown or repeated', async () => {
    for (const channels of ['V5,V6', 'MLII,II', 'V5,V5', ',']) {
      const [own, ofExport] = await Promise.all([
        get(`?channels=${channels}`),
        call(app, 'GET', `/ecgs/${id}/export?format=csv&channels=${channels}`, { token }),
      ]);
      const { requestId: _requestId, ...told } = own.json;
      expect([own.status, told.code, told.errors[0].path]).to.deep.equal([400, 'invalid-query', '/channels']);
      expect({ ...told, requestId: ofExport.json.requestId }).to.deep.equal(ofExport.json);
    }
  });

  it('may be a time window, in which every channel has samples at its own rate', async () => {
    const { channels } = (await get('?from=1&to=2&channels=MLII,V5,III')).json;
    expect(channels.map(({ first, samples }: { first: number; samples: unknown[] }) => [first, samples.length]))
      .to.deep //
      .equal([
        [100, 100],
        [50, 50],
        [50, 50],
      ]);
    expect(channels[1].samples).to.deep.equal(leads[1]!.signal.slice(50, 100));
    const behind = (await get('?from=2.9&channels=MLII&channels=Resp,%20thorax')).json.channels;
    expect([behind[0].samples.length, behind[1].first, behind[1].samples]).to.deep.equal([10, 3, []]);
  });

  it('is the same in binary, each array at a multiple of eight bytes in the widest type of its channel', async () => {
    const answer = await get('', 'application/octet-stream');
    expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([200, 'application/octet-stream']);
    expect(answer.headers.get('content-length')).to.equal(String(answer.bytes.byteLength));
    const { channels, samples, data, rest } = parsed(answer);
    expect(data % 8).to.equal(0);
    expect(samples).to.deep.equal(leads.map(({ signal }) => signal));
    expect(channels.map(({ type, missing }) => [type, missing])).to.deep.equal([
      ['int16', -32_768],
      ['int32', -2_147_483_648],
      ['float32', null],
      ['float64', null],
    ]);
    expect(channels.map(({ offset }) => offset)).to.deep.equal([0, 600, 600 + 1008, 600 + 1008 + 16]);
    expect(rest.length).to.equal(600 + 1008 + 16 + 201 * 8);
    const { channels: told } = (await get()).json as { channels: object[] };
    for (const [i, said] of told.entries()) {
      const { samples: _samples, ...described } = said as { samples: unknown };
      expect(channels[i]).to.include(described);
    }
  });

  it('has an empty place without an array if a window has nothing of a channel', async () => {
    const { channels, samples } = await binary('?from=2.99&to=2.99&channels=MLII,III');
    expect(samples).to.deep.equal([[], []]);
    expect(channels.map(({ offset, length }) => [offset, length])).to.deep.equal([
      [0, 0],
      [0, 0],
    ]);
  });

  it('has a limit for the samples of all channels together, and says how many seconds fit', async () => {
    const signal = Array.from({ length: 900 }, (_, i) => i % 5);
    const slow = Array.from({ length: 100 }, (_, i) => i % 3);
    const body = {
      samplingRate: 90,
      leads: [
        { name: 'I', signal },
        { name: 'II', signal },
        { name: 'slow', signal: slow, samplingRate: 7 },
      ],
    };
    const { json } = await call(app, 'POST', '/ecgs', { token, body });
    const path = `/ecgs/${json.id}/samples`;
    const refused = await call(app, 'GET', path, { token });
    expect([refused.status, refused.json.code]).to.deep.equal([422, 'answer-too-large']);
    expect(refused.json.detail).to.match(/^The ranges of 3 channels have 1900 samples, /);
    expect(refused.json.detail).to.include('but one answer may have at most 1000 (setting MAX_SAMPLES_PER_ANSWER). ');
    const [, fitting] = /: at most ([\d.]+) s\. Or name fewer channels\.$/.exec(refused.json.detail) ?? [];
    const taken = (await call(app, 'GET', `${path}?to=${fitting}`, { token })).json.channels as { samples: [] }[];
    const count = taken.reduce((sum, { samples }) => sum + samples.length, 0);
    expect(count).to.be.within(MOST - 3, MOST);
    expect((await call(app, 'GET', `${path}?channels=I,slow`, { token })).status).to.equal(200);
  });

  it('says what to do if channels without a sampling rate are too long', async () => {
    const signal = Array.from({ length: MOST }, (_, i) => i % 5);
    const leadsOf = [
      { name: 'I', signal },
      { name: 'II', signal },
    ];
    const { json } = await call(app, 'POST', '/ecgs', { token, body: { leads: leadsOf } });
    const { json: refused } = await call(app, 'GET', `/ecgs/${json.id}/samples`, { token });
    expect(refused.detail).to.match(/Set samplingRate with PATCH, .* Or name fewer channels\.$/);
    const windowed = await call(app, 'GET', `/ecgs/${json.id}/samples?to=1`, { token });
    expect(windowed.json.code).to.equal('sampling-rate-unknown');
  });

  it('is refused for other content types, and for other users', async () => {
    expect((await get('', 'text/csv')).json).to.include({ status: 406, code: 'not-acceptable' });
    const theirs = await call(app, 'GET', `/ecgs/${id}/samples`, { token: app.other.token });
    expect(theirs.json).to.include({ status: 404, code: 'not-found' });
  });
});
