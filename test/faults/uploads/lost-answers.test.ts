/** The database performs a write, its answer is lost, and the connection is cut for a moment: at every write. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { PIECE_BYTES, storedBytes } from '../../../src/uploads/pieces.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { isWrite, LineCut, nth } from '../../support/line-cut.ts';
import { jsonSending, signalsOf } from '../../support/sendings.ts';
import { begin, offsetOf, patch, record } from '../../support/uploads.ts';
import type { Command } from '../../support/wire.ts';

const isOfUploads = (command: Command): boolean =>
  isWrite(command) && command.collection?.startsWith('upload') === true;
/** More than the service waits for the database, or less. */
const CUTS = { short: 20, long: 900 };
const PATIENCE_MS = 600;

describe('an upload whose database loses an answer', function () {
  this.timeout(120_000);
  let app: TestApp;
  let line: LineCut;
  before(async () => {
    app = await startTestApp(
      {},
      {
        connected: async (database) => {
          line = await LineCut.open(Number(database.getClient().options.hosts[0]?.port));
          return connect(line.uri(database.name), pino({ level: 'silent' }), PATIENCE_MS);
        },
      },
    );
  });
  after(async () => {
    await app.close();
    await line.close();
  });

  /** Sends a file as a client does that asks after every failure where to go on. */
  async function sent(owner: Principal, file: Uint8Array): Promise<string> {
    let id = '';
    while (id === '') {
      const { status, headers } = await begin(app, owner, file.length, 'a.json');
      expect(status).to.be.oneOf([201, 503]);
      if (status === 201) id = headers.get('location')!.split('/').at(-1)!;
      else await line.whole();
    }
    for (let offset = 0; offset < file.length;) {
      const { status } = await patch(app, owner, id, offset, file.subarray(offset, offset + 2 * PIECE_BYTES));
      expect(status).to.be.oneOf([204, 503]);
      if (status === 503) await line.whole();
      offset = await offsetOf(app, owner, id);
      if (Number.isNaN(offset)) throw new Error('HEAD was not answered');
    }
    return id;
  }

  for (const [length, ms] of Object.entries(CUTS)) {
    it(`and a ${length} cut of its line, is stored completely and once`, async () => {
      const file = Buffer.from(jsonSending('lost', signalsOf(3, { I: 550_000 })).raw);
      expect(file.length).to.be.above(2.2 * PIECE_BYTES);
      let n = 1;
      for (let isLost = true; isLost; n++) {
        const owner = await app.newUser('clinician');
        const lost = line.loseAnswer(nth(n, isOfUploads), { kind: 'refused', ms });
        const id = await sent(owner, file);
        const bytes = [];
        const _id = new Types.ObjectId(id);
        for await (const piece of storedBytes(app.database, { _id, offset: file.length })) bytes.push(piece);
        expect(Buffer.concat(bytes).equals(file), `after write ${n}`).to.equal(true);
        // If the service could not even write that it has given up, its claim ends by itself.
        const made = await eventually(
          'the recording',
          async () => {
            await line.whole();
            const answer = await record(app, owner, [id]);
            return ![409, 503].includes(answer.status) && answer;
          },
          30_000,
        );
        expect(made.status, `${n}: ${made.text}`).to.be.oneOf([200, 201]);
        const mine = { owner: new Types.ObjectId(owner.id) };
        expect(await app.database.collection('ecgs').countDocuments(mine)).to.equal(1);
        isLost = !line.isWaiting;
        line.loseNothing();
        if (isLost) await lost;
      }
      expect(n, 'the number of writes').to.be.above(10);
    });
  }
});
