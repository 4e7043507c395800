/** The list of users: its order, its pages and its filters. */
import { expect } from 'chai';
import { ensureUser } from '../../../src/users/ensure-user.ts';
import { userModel } from '../../../src/users/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call as callApp } from '../../support/http.ts';

describe('/users', () => {
  describe('listing', () => {
    let list: TestApp;
    before(async () => {
      list = await startTestApp();
      for (const [email, fullName] of [
        ['b.souza@x.example', 'B\u00E1rbara Souza'],
        ['c@x.example', 'Carlos Sousa'],
        ['d@x.example', 'Jo\u00E3o de Souza'],
        ['e@x.example', 'Eva \u00C5ngstr\u00F6m'],
      ] as const) {
        await ensureUser(list.database, { email, fullName, role: 'clinician', password: 'some password' });
      }
    });
    after(() => list.close());
    const emails = async (query: string): Promise<string[]> => {
      const { json } = await callApp(list, 'GET', `/users${query}`, { token: list.admin.token });
      return json.items.map((user: { email: string }) => user.email);
    };

    it('comes in pages in the order of the addresses, each user once', async () => {
      const seen: string[] = [];
      const sizes: number[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { json } = await callApp(list, 'GET', `/users?limit=3${cursor && `&cursor=${cursor}`}`, {
          token: list.admin.token,
        });
        seen.push(...json.items.map((user: { email: string }) => user.email));
        sizes.push(json.items.length);
        cursor = json.nextCursor;
      }
      expect(seen).to.deep.equal([
        'admin-1@clinic.example',
        'b.souza@x.example',
        'c@x.example',
        'clinician-2@clinic.example',
        'clinician-3@clinic.example',
        'd@x.example',
        'e@x.example',
      ]);
      expect(sizes).to.deep.equal([3, 3, 1]);
    });

    it('has the total if requested', async () => {
      const { json } = await callApp(list, 'GET', '/users?limit=1&total=true&role=clinician', {
        token: list.admin.token,
      });
      expect(json).to.include({ total: 6 }).and.not.have.property('totalIsLowerBound');
      expect(json.items).to.have.length(1);
    });

    it('finds by beginnings of words of address and name, without case and accents', async () => {
      expect(await emails('?q=SOUZA')).to.deep.equal(['b.souza@x.example', 'd@x.example']);
      expect(await emails('?q=joao')).to.deep.equal(['d@x.example']);
      expect(await emails('?q=JO%C3%83O')).to.deep.equal(['d@x.example']);
      expect(await emails('?q=sou+bar')).to.deep.equal(['b.souza@x.example']);
      expect(await emails('?q=b.souza%40x.example')).to.deep.equal(['b.souza@x.example']);
      expect(await emails('?q=angst')).to.deep.equal(['e@x.example']);
      expect(await emails('?q=ouza')).to.deep.equal([]);
      expect(await emails('?q=s.*a')).to.deep.equal([]);
    });

    it('filters by role and state', async () => {
      expect(await emails('?role=admin')).to.deep.equal(['admin-1@clinic.example']);
      const id = (await userModel(list.database).findOne({ email: 'c@x.example' }).lean())?._id.toHexString();
      await callApp(list, 'PATCH', `/users/${id}`, { token: list.admin.token, body: { isActive: false } });
      expect(await emails('?isActive=false')).to.deep.equal(['c@x.example']);
      expect(await emails('?isActive=true&q=carlos')).to.deep.equal([]);
    });

    for (const [query, code] of [
      ['?limit=0', 'invalid-query'],
      ['?limit=201', 'invalid-query'],
      ['?q=', 'invalid-query'],
      ['?q=.', 'invalid-query'],
      ['?q=a&q=b', 'invalid-query'],
      ['?q[$ne]=a', 'invalid-query'],
      ['?sort=role', 'invalid-query'],
      ['?cursor=x', 'invalid-cursor'],
      ['?cursor=W3siJG5lIjpudWxsfV0', 'invalid-cursor'],
    ] as const) {
      it(`refuses ${query} as ${code}`, async () => {
        const answer = await callApp(list, 'GET', `/users${query}`, { token: list.admin.token });
        expect([answer.status, answer.json.code]).to.deep.equal([400, code]);
      });
    }
  });
});
