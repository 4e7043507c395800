/** Several recordings are deleted or attached while the answer to a commit is lost, and the database with it. */
import { expect } from 'chai';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made, somebody } from '../../support/directory.ts';
import { type Answer, call } from '../../support/http.ts';
import { LineCut, nth } from '../../support/line-cut.ts';
import { fourSeconds } from '../../support/marks.ts';

const log = pino({ level: 'silent' });
/** How long the service waits for its database. */
const PATIENCE_MS = 500;

const statusesOf = ({ json }: Answer): number[] => json.items.map(({ status }: { status: number }) => status);

describe('several recordings whose database is lost', function () {
  this.timeout(60_000);
  let app: TestApp;
  let line: LineCut;
  let token: string;
  before(async () => {
    app = await startTestApp(
      {},
      {
        connected: async (database) => {
          line = await LineCut.open(Number(database.getClient().options.hosts[0]?.port));
          return connect(line.uri(database.name), log, PATIENCE_MS);
        },
      },
    );
    ({ token } = app.clinician);
  });
  after(async () => {
    await app.close();
    await line.close();
  });

  const bulk = (what: string, body: object): Promise<Answer> =>
    call(app, 'POST', `/ecgs/bulk/${what}`, { token, body });
  const recordings = async (): Promise<{ id: string; version: number }[]> => {
    const ids = [await fourSeconds(app, token), await fourSeconds(app, token), await fourSeconds(app, token)];
    return ids.map((id) => ({ id, version: 1 }));
  };
  /** Sends a request whose second commit is carried out, while its answer is lost and the line stays cut. */
  const whileLost = async (send: () => Promise<Answer>): Promise<Answer> => {
    const isSecond = nth(2, ({ name }) => name === 'commitTransaction');
    const whole = line.loseAnswer(isSecond, { kind: 'refused', ms: 4 * PATIENCE_MS });
    const answer = await send();
    await whole;
    return answer;
  };

  it('are deleted as far as is known; the same request completes it', async () => {
    const items = await recordings();
    const answer = await whileLost(() => bulk('delete', { items }));
    expect(answer.status, answer.text).to.equal(200);
    expect(statusesOf(answer)).to.deep.equal([204, 503, 503]);
    expect(answer.json.items[2].detail).to.match(/Not attempted/);
    expect(statusesOf(await bulk('delete', { items }))).to.deep.equal([404, 404, 204]);
    expect((await call(app, 'GET', '/ecgs', { token })).json.items).to.deep.equal([]);
  });

  it('are attached as far as is known, and a repeat changes nothing twice', async () => {
    const patient = await made(app, '/patients', somebody());
    const items = await recordings();
    const answer = await whileLost(() => bulk('attach', { items, patient }));
    expect(answer.status, answer.text).to.equal(200);
    expect(statusesOf(answer)).to.deep.equal([200, 503, 503]);
    expect(statusesOf(await bulk('attach', { items, patient }))).to.deep.equal([412, 412, 200]);
    for (const { id } of items)
      expect((await call(app, 'GET', `/ecgs/${id}`, { token })).json).to.include({ patient, version: 2 });
  });
});
