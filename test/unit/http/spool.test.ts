/** Bytes that are kept on disk during a request. */
import { expect } from 'chai';
import { Spool } from '../../../src/http/spool.ts';

describe('spooled bytes', () => {
  it('cause an error, not a wait, if fewer are there than were written', async () => {
    const spool = new Spool();
    await spool.append(Buffer.from('0123456789'));
    const pieces = spool.read(4, 20);
    expect(Buffer.from((await pieces.next()).value as Uint8Array).toString()).to.equal('456789');
    const error: unknown = await pieces.next().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error).with.property('message', '10 bytes that were set aside are gone');
    await spool.close();
  });
});
