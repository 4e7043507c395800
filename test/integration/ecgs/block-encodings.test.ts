/**
 * However samples are stored, the answers are the same; samples that are damaged in the database are never answered.
 */
import { expect } from 'chai';
import { mongo, Types } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { blockCollection, type StoredBlock } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel, type StoredEcg } from '../../../src/ecgs/store/model.ts';
import { createLog } from '../../../src/log/logger.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { blockLeads } from '../../support/block-leads.ts';
import { type Answer, call } from '../../support/http.ts';
import { unzip } from '../../support/zip.ts';

const leads = blockLeads();
const body = { date: '2026-01-15T09:00:00Z', samplingRate: 500, unit: 'mV', gain: 200, leads };
/** Channels of 16 bits without gaps, which every format can hold. */
const PLAIN_LEADS = 'beats,flat';
const BINARY = 'application/octet-stream';
/** Everything that reads samples: of several blocks, of parts of blocks, of short blocks that share a document. */
const READS: readonly (readonly [path: string, accept?: string])[] = [
  ['samples?from=100&to=290'],
  ['samples?from=100&to=290', BINARY],
  ['samples?channels=beats,float64,short,missing', BINARY],
  ['samples?from=299.5'],
  ['channels/int32/samples'],
  ['channels/wider%20and%20wider/samples', BINARY],
  ['insights'],
  ['insights?from=100&to=290'],
  ['insights?from=0.1&to=0.2&deadBand=0.05'],
  ['insights?deadBand=0.05&gaps=bridge'],
  ['insights?from=130&to=140&gaps=bridge'],
  ['checks'],
  ['ecg.svg?from=128&to=136'],
  ['export?format=json'],
  ['export?format=csv&from=120&to=150'],
  ['export?format=wfdb&channels=beats,beats%20with%20gaps,int32,flat,short'],
  [`export?format=edf&channels=${PLAIN_LEADS}&to=131`],
  ['export?format=fhir&channels=beats,float32&from=130&to=132'],
];

async function stored(at: TestApp, { token }: Principal, content: object = body): Promise<string> {
  const answer = await call(at, 'POST', '/ecgs', { token, body: content });
  expect(answer.status, answer.text).to.equal(201);
  return answer.json.id as string;
}

type Stored = 'packed' | 'plain' | 'of earlier versions';

describe('a recording', () => {
  const lines: string[] = [];
  let packing: TestApp;
  /** Another instance on the same database, which stores blocks plain. */
  let plain: TestApp;
  const owners = {} as Record<Stored, Principal>;
  const ids = {} as Record<Stored, string>;

  before(async () => {
    const log = createLog({ logLevel: 'error', logFormat: 'json' }, { write: (line) => lines.push(line) });
    packing = await startTestApp({ blockEncoding: 'packed' }, { log });
    const { host, port, name } = packing.database;
    const connected = () =>
      connect(`mongodb://${host}:${port}/${name}?directConnection=true`, pino({ level: 'silent' }));
    plain = await startTestApp({ blockEncoding: 'plain' }, { connected });
    Object.assign(owners, { packed: packing.clinician, plain: packing.other });
    owners['of earlier versions'] = await packing.newUser('clinician');
    ids.packed = await stored(packing, owners.packed);
    ids.plain = await stored(plain, owners.plain);
    ids['of earlier versions'] = await stored(plain, owners['of earlier versions']);
    await blockCollection(packing.database).updateMany({ ecg: new Types.ObjectId(ids['of earlier versions']) }, {
      $unset: { 'blocks.$[].encoding': 1, 'blocks.$[].crc32': 1 },
    } as never);
  });
  after(async () => {
    await plain.close();
    await packing.close();
  });

  const blocksOf = async (id: string): Promise<StoredBlock[]> =>
    (
      await blockCollection(packing.database)
        .find({ ecg: new Types.ObjectId(id) })
        .toArray()
    ).flatMap(({ blocks }) => blocks);
  const get = (id: string, { token }: Principal, path: string, accept?: string): Promise<Answer> =>
    call(packing, 'GET', `/ecgs/${id}/${path}`, { token, ...(accept !== undefined && { accept }) });

  /** The bytes of an answer, without the id of the recording: the files of a zip one by one. */
  async function read(of: Stored, path: string, accept?: string): Promise<string[]> {
    const answer = await get(ids[of], owners[of], path, accept);
    expect(answer.status, `${path}: ${answer.text.slice(0, 300)}`).to.equal(200);
    const bytes = Buffer.from(answer.bytes);
    const isZip = answer.headers.get('content-type') === 'application/zip';
    const files = isZip ? [...unzip(bytes)].flatMap(([name, content]) => [Buffer.from(name), content]) : [bytes];
    return files.map((file) => file.toString('latin1').replaceAll(ids[of], 'the recording'));
  }
  const compare = async (of: Stored): Promise<void> => {
    for (const [path, accept] of READS) {
      const [one, other] = await Promise.all([read('packed', path, accept), read(of, path, accept)]);
      // Not deep.equal: a difference would be shown in full.
      expect(one.length, path).to.equal(other.length).and.above(0);
      for (const [i, file] of one.entries()) expect(file === other[i], `${path} (${accept})`).to.equal(true);
    }
  };

  const documentOf = (of: Stored) => ecgModel(packing.database).findById(ids[of]).lean<StoredEcg>();

  const encodings = async (of: Stored): Promise<string[]> =>
    [
      ...new Set((await blocksOf(ids[of])).map(({ type, encoding, crc32 }) => `${type} ${encoding} ${typeof crc32}`)),
    ].toSorted();

  it('is stored as the setting says, and packed only where that is smaller', async () => {
    expect(await encodings('packed')).to.deep.equal([
      'float32 plain number',
      'float64 plain number',
      'int16 packed number',
      'int16 plain number',
      'int32 packed number',
      'int32 plain number',
    ]);
    const types = ['float32', 'float64', 'int16', 'int32'];
    expect(await encodings('plain')).to.deep.equal(types.map((type) => `${type} plain number`));
    expect(await encodings('of earlier versions')).to.deep.equal(types.map((type) => `${type} undefined undefined`));
  });

  it('has the samples that were sent', async () => {
    const { channels } = (await get(ids.packed, owners.packed, 'samples?from=100&to=290')).json as {
      channels: { samples: unknown[] }[];
    };
    for (const [i, { samples }] of channels.entries())
      expect(samples).to.deep.equal(leads[i]!.signal.slice(50_000, 145_000));
  });

  for (const of of ['plain', 'of earlier versions'] as const)
    it(`gives the same bytes packed and ${of === 'plain' ? 'plain' : 'as earlier versions stored it'}`, async () =>
      compare(of)).timeout(60_000);

  it('is recognised when it is sent again under another encoding', async () => {
    for (const [at, of] of [
      [plain, 'packed'],
      [packing, 'plain'],
      [packing, 'of earlier versions'],
    ] as const) {
      const again = await call(at, 'POST', '/ecgs', { token: owners[of].token, body });
      expect([again.status, again.json.id], of).to.deep.equal([200, ids[of]]);
    }
    expect(await ecgModel(packing.database).countDocuments({ version: 1 })).to.equal(3);
  });

  it('is restored by an upload under another encoding', async () => {
    for (const [at, of] of [
      [plain, 'packed'],
      [packing, 'plain'],
      [packing, 'of earlier versions'],
    ] as const) {
      const before = await documentOf(of);
      const lost = { ecg: new Types.ObjectId(ids[of]), 'blocks.index': { $in: [1, 2] } };
      expect((await blockCollection(packing.database).deleteMany(lost)).deletedCount).to.be.above(5);
      const again = await call(at, 'POST', '/ecgs', { token: owners[of].token, body });
      expect([again.status, again.json.id], again.text).to.deep.equal([200, ids[of]]);
      const mixed = new Set((await blocksOf(ids[of])).map(({ encoding }) => encoding));
      expect(mixed, of)
        .to.include(at === plain ? 'plain' : 'packed')
        .and.have.property('size', 2 + Number(of !== 'packed' && of !== 'plain'));
      expect((await documentOf(of))!.channels).to.deep.equal(before!.channels);
    }
    await compare('plain');
    await compare('of earlier versions');
  }).timeout(120_000);

  describe('that was damaged in the database', () => {
    const signal = Array.from({ length: 150_000 }, (_, i) => Math.round(500 * Math.sin(i / 60)) + 0);
    let id: string;

    /** Changes one byte of a block. */
    async function damage(index: number, at: number): Promise<void> {
      const place = { ecg: new Types.ObjectId(id), 'blocks.index': index };
      const { blocks } = (await blockCollection(packing.database).findOne(place))!;
      const bytes = Buffer.from(blocks[0]!.data.buffer);
      bytes[at < 0 ? bytes.length + at : at]! ^= 0x04;
      await blockCollection(packing.database).updateOne(place, { $set: { 'blocks.0.data': new mongo.Binary(bytes) } });
      lines.length = 0;
    }
    const logged = (index: number): void => {
      const told = lines.map((line) => (JSON.parse(line) as { error?: { type: string; message: string } }).error);
      expect(told.length).to.be.above(0);
      for (const error of told) {
        expect(error?.type).to.equal('DamagedBlock');
        expect(error?.message).to.include(`block ${index} of channel 0 of recording ${id} is damaged: `);
      }
    };

    for (const [how, at] of [
      ['packed', () => packing],
      ['plain', () => plain],
    ] as const) {
      describe(`stored ${how}`, () => {
        let owner: Principal;
        beforeEach(async () => {
          owner = await packing.newUser('clinician');
          id = await stored(at(), owner, { samplingRate: 500, unit: 'mV', gain: 200, leads: [{ name: 'I', signal }] });
        });

        for (const [where, byte] of [
          ['its first byte', 0],
          ['a byte of its samples', 9_000],
          ['its last byte', -1],
        ] as const) {
          it(`in ${where} is answered with 500, and logged with the block`, async () => {
            await damage(0, byte);
            for (const [path, accept] of [
              ['samples'],
              ['samples', BINARY],
              ['channels/I/samples?from=2&to=3'],
              ['insights?from=1&to=300'],
              ['insights?deadBand=0.1'],
              ['ecg.svg?from=2&to=12'],
              ['checks'],
              ['export?format=csv'],
              ['export?format=wfdb&from=3&to=290'],
            ] as const) {
              const { status, json } = await get(id, owner, path, accept);
              expect([status, json.code], path).to.deep.equal([500, 'internal-error']);
              expect(json.detail).to.equal(
                'Samples of this recording are damaged in the database. The error was logged with this request id.',
              );
            }
            logged(0);
          });
        }

        it('is answered as far as it is whole', async () => {
          await damage(1, 700);
          for (const [from, to] of [
            [0, 131.072],
            [262.144, 300],
          ] as const) {
            const { json } = await get(id, owner, `channels/I/samples?from=${from}&to=${to}`);
            expect(json.samples).to.deep.equal(signal.slice(from * 500, to * 500));
          }
          expect((await get(id, owner, 'channels/I/samples?from=131&to=132')).status).to.equal(500);
        });

        it('breaks off an answer that has begun, and logs the block', async () => {
          await damage(2, 700);
          for (const path of ['samples', 'export?format=csv', 'export?format=wfdb', 'export?format=json']) {
            const failure = await get(id, owner, path).then(
              ({ status }) => status,
              (error: Error) => error.message,
            );
            expect(failure, path).to.be.oneOf(['terminated', 'fetch failed', 500]);
          }
          logged(2);
        });
      });
    }
  });
});
