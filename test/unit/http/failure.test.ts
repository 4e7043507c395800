/** What clients are told about errors of the system, of the database and of the driver. */
import { expect } from 'chai';
import mongoose, { mongo } from 'mongoose';
import { OwnFault } from '../../../src/errors.ts';
import { failureOf } from '../../../src/http/failure.ts';
import { UNWATCHED } from '../../support/room.ts';

const server = (code: number) => new mongo.MongoServerError({ message: 'as mongod says it', code });
const system = (code: string) => Object.assign(new Error(`${code}: in /some/folder`), { code });
const FULL = { ...UNWATCHED, isExhausted: async () => true };
const write = { writes: true, isGone: false };

const told = async (error: unknown, failed = write, room = UNWATCHED): Promise<string> => {
  const { problem, level } = await failureOf(error, failed, room);
  expect(problem.message).not.to.match(/folder|mongod/);
  return `${problem.status} ${problem.code} (${level})`;
};

describe('an error that is not a problem', () => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG']) {
    it(`reports ${code} as a full disk`, async () =>
      expect(await told(system(code))).to.equal('507 storage-full (error)'));
  }

  it('reports that the disk of mongod is full, also in an error of a batch', async () => {
    expect(await told(server(14031))).to.equal('507 storage-full (error)');
    const batch = new mongo.MongoBulkWriteError({ message: 'x', code: 14031, writeErrors: [] }, {} as never);
    expect(await told(batch)).to.equal('507 storage-full (error)');
  });

  it('reports a lost database with a full disk: to writes as full, to reads as not ready', async () => {
    const lost = new mongo.MongoNetworkError('gone');
    expect(await told(lost)).to.equal('503 not-ready (warn)');
    expect(await told(lost, write, FULL)).to.equal('507 storage-full (error)');
    expect(await told(lost, { writes: false, isGone: false }, FULL)).to.equal('503 not-ready (error)');
  });

  it('takes an error without a specific code for a full disk only if the disk is full', async () => {
    expect(await told(server(8))).to.equal('500 internal-error (error)');
    expect(await told(server(8), write, FULL)).to.equal('507 storage-full (error)');
  });

  for (const code of ['EPIPE', 'ECONNRESET']) {
    it(`takes a raw ${code} for a lost database, but ignores it if the client has disconnected`, async () => {
      expect(await told(system(code))).to.equal('503 not-ready (warn)');
      expect(
        await told(
          new mongo.MongoBulkWriteError({ message: `write ${code}`, code, writeErrors: [] } as never, {} as never),
        ),
      ).to.equal('503 not-ready (warn)');
      expect(await told(system(code), { writes: true, isGone: true })).to.equal('400 malformed-request (debug)');
    });
  }

  for (const code of [
    43, 237, 10107, 13435, 13436, 10058, 189, 11600, 11602, 91, 6, 7, 89, 202, 133, 134, 9001, 64, 100,
  ]) {
    it(`reports mongod's ${code} as an unreachable database`, async () =>
      expect(await told(server(code))).to.equal('503 not-ready (warn)'));
  }

  for (const code of [24, 50, 112, 175, 246, 251, 262, 11601, 290]) {
    it(`reports mongod's ${code} as overload`, async () =>
      expect(await told(server(code))).to.equal('503 too-busy (warn)'));
  }

  for (const code of [10334, 17280, 17419, 17420]) {
    it(`reports mongod's ${code} as too large`, async () =>
      expect(await told(server(code))).to.equal('413 body-too-large (warn)'));
  }

  it('also looks at write concern errors', async () => {
    const half = new mongo.MongoWriteConcernError({
      ok: 1,
      writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
    });
    expect(await told(half)).to.equal('503 not-ready (warn)');
  });

  it('recognises errors of the driver itself', async () => {
    expect(await told(new mongo.MongoOperationTimeoutError('late'))).to.equal('503 too-busy (warn)');
    for (const error of [
      new mongo.MongoExpiredSessionError('old'),
      new mongo.MongoTopologyClosedError('closed'),
      new mongo.MongoClientClosedError(),
    ]) {
      expect(await told(error), error.name).to.equal('503 not-ready (warn)');
    }
  });

  it('recognises the error of Mongoose for a connection that was closed by force', async () => {
    const connection = mongoose.createConnection();
    await connection.close(true);
    const asked = async (): Promise<unknown> => connection.collection('things').findOne({});
    const error = await asked().catch((thrown: unknown) => thrown);
    expect(await told(error)).to.equal('503 not-ready (warn)');
  });

  for (const code of ['EMFILE', 'ENFILE']) {
    it(`reports ${code} as overload`, async () => expect(await told(system(code))).to.equal('503 too-busy (error)'));
  }

  it('tells what a client may know of a fault of ours', async () => {
    const { problem } = await failureOf(new OwnFault('for the log', 'It is lost.'), write, UNWATCHED);
    expect([problem.code, problem.message]).to.deep.equal([
      'internal-error',
      'It is lost. The error was logged with this request id.',
    ]);
  });

  it('is otherwise an internal error without details', async () => {
    for (const error of [new TypeError('x is undefined'), system('EACCES'), server(2), 'a text', null, undefined]) {
      expect(await told(error)).to.equal('500 internal-error (error)');
    }
  });
});
