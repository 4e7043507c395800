/** Recordings of one file name each other, and never a deleted one, whatever interrupts a change of one of them. */
import { expect } from 'chai';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { Problem } from '../../../src/errors.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { decoded, type Told } from '../../support/decoded.ts';
import { whileFailing } from '../../support/failpoint.ts';
import { call } from '../../support/http.ts';
import { ingestEvents, type Told as Options } from '../../support/ingest.ts';
import { versionIn } from '../../support/versions.ts';

const [RHYTHM, MEDIAN, OTHER] = [
  { samples: [1, -1, 2], part: 'rhythm' },
  { samples: [3, -3, 4], part: 'median' },
  { samples: [5, -5, 6], part: 'other' },
];

const refuse = (): Promise<void> => Promise.reject(new Problem('token-invalid', 'The account is gone.'));

describe('the recordings of one file', () => {
  let app: TestApp;
  let owner: string;
  let token: string;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());
  beforeEach(async () => {
    ({ id: owner, token } = await app.newUser('clinician'));
  });

  const take = async (recordings: readonly Told[], more: Partial<Options> = {}): Promise<string[]> => {
    const deps = { database: app.database, uploads: app.app.uploads, zone: new ClinicZone('UTC') };
    const options = { owner, format: 'dicom', ...more } as const;
    return (await ingestEvents(decoded(...recordings), options, deps)).map(({ ecg }) => ecg._id.toHexString());
  };
  const remove = async (id: string): Promise<number> => (await call(app, 'DELETE', `/ecgs/${id}`, { token })).status;
  const shown = async (id: string): Promise<[siblings: string[], version: number | null]> => {
    const { json, headers } = await call(app, 'GET', `/ecgs/${id}`, { token });
    return [json.siblings as string[], versionIn(headers)];
  };

  it('are stored all or none, even if the second of them cannot be stored', async () => {
    await whileFailing(app.database, { command: 'insert', collection: 'ecgs', skip: 1 }, async () => {
      expect(await take([RHYTHM, MEDIAN]).catch((error: unknown) => error)).to.be.instanceOf(Error);
    });
    const { json } = await call(app, 'GET', '/ecgs', { token });
    expect(json.items).to.deep.equal([]);
  });

  it('are unchanged if another file with one of them cannot be stored', async () => {
    const [first, shared] = (await take([RHYTHM, MEDIAN])) as [string, string];
    await whileFailing(app.database, { command: 'insert', collection: 'ecgs' }, async () => {
      expect(await take([MEDIAN, OTHER]).catch((error: unknown) => error)).to.be.instanceOf(Error);
    });
    expect(await shown(first)).to.deep.equal([[shared], 1]);
    expect(await shown(shared)).to.deep.equal([[first], 1]);
  });

  it('do not name one whose deletion was interrupted after its document', async () => {
    const [gone, left] = (await take([RHYTHM, MEDIAN])) as [string, string];
    await whileFailing(app.database, { command: 'delete', collection: 'ecgBlocks' }, async () => {
      expect(await remove(gone)).to.equal(500);
    });
    expect(await remove(gone)).to.equal(404);
    expect(await shown(left)).to.deep.equal([[], 2]);
  });

  it('are unchanged if one could not be removed from the others, and it can be deleted again', async () => {
    const [gone, left] = (await take([RHYTHM, MEDIAN])) as [string, string];
    await whileFailing(app.database, { command: 'update', collection: 'ecgs', skip: 1 }, async () => {
      expect(await remove(gone)).to.equal(500);
    });
    expect(await shown(gone)).to.deep.equal([[left], 1]);
    expect(await shown(left)).to.deep.equal([[gone], 1]);
    expect(await remove(gone)).to.equal(204);
    expect(await shown(left)).to.deep.equal([[], 2]);
  });

  it('do not name one that was reverted because its owner may no longer upload', async () => {
    const [left] = (await take([RHYTHM])) as [string];
    const refused = await take([RHYTHM, MEDIAN], { confirm: refuse }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(Problem);
    expect((await shown(left))[0]).to.deep.equal([]);
  });

  it('drop one that came again in another file, so that it is not named after its deletion', async () => {
    const [first, shared] = (await take([RHYTHM, MEDIAN])) as [string, string];
    const [again, last] = (await take([MEDIAN, OTHER])) as [string, string];
    expect(again).to.equal(shared);
    expect(await shown(first)).to.deep.equal([[], 2]);
    expect((await shown(shared))[0]).to.deep.equal([last]);
    expect(await remove(shared)).to.equal(204);
    expect((await shown(first))[0]).to.deep.equal([]);
    expect((await shown(last))[0]).to.deep.equal([]);
  });
});
