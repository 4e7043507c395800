/**
 * A simple implementation, for comparison: koa-body's JSON, a mongoose schema with arrays of numbers, and a loop that
 * counts at every read. It checks no token and no owner, which is in its favour. Its writes are acknowledged like the
 * service's. Settings: MONGODB_URI. Prints its address.
 */
import type { AddressInfo } from 'node:net';
import { Router } from '@koa/router';
import Koa from 'koa';
import { koaBody } from 'koa-body';
import mongoose, { Schema } from 'mongoose';

interface PlainEcg {
  id: string;
  date?: Date;
  leads: { name: string; number_of_samples: number; signal: number[] }[];
}

const leadSchema = new Schema(
  {
    name: { type: String, required: true },
    number_of_samples: Number,
    signal: { type: [Number], required: true },
  },
  { _id: false },
);
const ecgSchema = new Schema<PlainEcg>({
  id: { type: String, index: true },
  date: Date,
  leads: { type: [leadSchema], required: true },
});

const database = await mongoose
  .createConnection(process.env['MONGODB_URI'] ?? '', { writeConcern: { w: 'majority', journal: true } })
  .asPromise();
const Ecg = database.model<PlainEcg>('Ecg', ecgSchema);
await Ecg.init();

function zeroCrossings(signal: readonly number[]): number {
  let count = 0;
  let previous = 0;
  for (const value of signal) {
    if (value === 0) continue;
    if (previous !== 0 && value > 0 !== previous > 0) count++;
    previous = value;
  }
  return count;
}

const router = new Router();
router.post('/ecgs', koaBody({ jsonLimit: '100mb' }), async (ctx) => {
  const ecg = await new Ecg(ctx.request.body as unknown as PlainEcg).save();
  ctx.status = 201;
  ctx.body = {
    id: ecg._id.toHexString(),
    date: ecg.date,
    leads: ecg.leads.map(({ name, signal }) => ({ name, samples: signal.length })),
  };
});
// `lean` avoids mongoose's documents, which is twice as fast here: the better simple implementation.
router.get('/ecgs/:id/insights', async (ctx) => {
  const ecg = await Ecg.findById(ctx.params['id']).lean<PlainEcg & { _id: mongoose.Types.ObjectId }>();
  if (!ecg) return;
  ctx.body = {
    id: ecg._id,
    leads: ecg.leads.map(({ name, signal }) => ({
      name,
      samples: signal.length,
      zeroCrossings: zeroCrossings(signal),
    })),
  };
});

const server = new Koa().use(router.routes()).listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void database.close().then(() => process.exit(0));
});
