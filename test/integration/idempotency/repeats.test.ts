/** A repeat with the same `Idempotency-Key` creates nothing and gets the same answer: for all that can be created. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { aPatient, aRecording, type Creation, countOf, creations, sendKeyed } from '../../support/creations.ts';
import type { Answer } from '../../support/http.ts';

/** Headers that differ between any two answers. */
const OWN = new Set(['x-request-id', 'date', 'connection', 'keep-alive']);
const visible = ({ status, headers, text }: Answer): object => ({
  status,
  headers: Object.fromEntries([...headers].filter(([name]) => !OWN.has(name))),
  text,
});

describe('requests with an Idempotency-Key', () => {
  let app: TestApp;
  let kinds: Record<string, Creation>;
  let n = 0;

  before(async () => {
    app = await startTestApp();
    kinds = creations(await aPatient(app), await aRecording(app));
  });
  after(() => app.close());

  for (const name of Object.keys(creations('', ''))) {
    describe(`that create ${name}`, () => {
      let kind: Creation;
      let key: string;
      const send = (body: number, token?: string): Promise<Answer> => sendKeyed(app, kind, body, key, token);

      beforeEach(() => {
        kind = kinds[name]!;
        n += 2;
        key = `key-${n}`;
      });

      it('are carried out once, and answered the same every time', async () => {
        const before = await countOf(app.database, kind);
        const first = await send(n);
        expect(first.status, first.text).to.be.oneOf([201, 202]);
        for (let repeats = 0; repeats < 2; repeats++) expect(visible(await send(n))).to.deep.equal(visible(first));
        expect(await countOf(app.database, kind)).to.equal(before + 1);
      });

      it('are refused with another body', async () => {
        expect((await send(n)).status).to.be.oneOf([201, 202]);
        const before = await countOf(app.database, kind);
        const other = await send(n + 1);
        expect([other.status, other.json.code]).to.deep.equal([422, 'idempotency-key-reused']);
        expect(await countOf(app.database, kind)).to.equal(before);
      });

      it('are carried out once if several arrive at the same time', async () => {
        const before = await countOf(app.database, kind);
        const answers = await Promise.all([send(n), send(n), send(n), send(n)]);
        const made = answers.filter(({ status }) => status < 300);
        expect(made).to.not.be.empty;
        for (const one of made) expect(visible(one)).to.deep.equal(visible(made[0]!));
        for (const { status, json } of answers)
          if (status >= 300) expect([status, json.code]).to.deep.equal([409, 'request-in-progress']);
        expect(await countOf(app.database, kind)).to.equal(before + 1);
      });
    });
  }

  it('cover every operation that creates', () => {
    const creating = app.app.operations.filter(({ creates }) => creates);
    const addresses = Object.values(kinds).map(({ path }) =>
      path.replace(/\?.*/, '').replace(/^\/(patients|ecgs)\/[0-9a-f]{24}/, '/$1/:id'),
    );
    expect(creating.map(({ path }) => path)).to.have.members([...new Set(addresses)]);
    const others = app.app.operations.filter(
      ({ method, answers, creates }) => method === 'post' && (answers[201] ?? answers[202]) && !creates,
    );
    expect(others.map(({ id }) => id)).to.deep.equal([]);
  });
});
