/** Which errors mean that no server could be reached. */
import { expect } from 'chai';
import { Error as MongooseError, mongo } from 'mongoose';
import { isUnreachable } from '../../../src/database/unreachable.ts';

type BulkResult = ConstructorParameters<typeof mongo.MongoBulkWriteError>[1];
const bulk = (error: object): mongo.MongoBulkWriteError =>
  new mongo.MongoBulkWriteError(error as ConstructorParameters<typeof mongo.MongoBulkWriteError>[0], {} as BulkResult);

describe('a database that could not be reached', () => {
  for (const [what, error] of [
    ['a cut connection', new mongo.MongoNetworkError('cut')],
    ['an answer that did not come in time', new mongo.MongoNetworkTimeoutError('late')],
    ['no server', new MongooseError.MongooseServerSelectionError('none')],
    ['a client that is not connected', new mongo.MongoNotConnectedError('closed')],
    ['a bulk write that the network cut off', bulk({ message: 'cut', writeErrors: [] })],
  ] as const) {
    it(`is recognised by ${what}`, () => expect(isUnreachable(error)).to.equal(true));
  }

  for (const [what, error] of [
    ['an answer of the server', new mongo.MongoServerError({ message: 'no', code: 11_000 })],
    ['a bulk write with a code', bulk({ message: 'no', code: 11_000, writeErrors: [] })],
    ['a bulk write whose documents were refused', bulk({ message: 'no', writeErrors: [{ code: 11_000, index: 0 }] })],
    ['a bulk write that names one error', bulk({ message: 'no', writeErrors: { code: 11_000, index: 0 } })],
    ['an error of ours', new TypeError('x is not a function')],
    ['nothing', null],
  ] as const) {
    it(`is not recognised by ${what}`, () => expect(isUnreachable(error)).to.equal(false));
  }
});
