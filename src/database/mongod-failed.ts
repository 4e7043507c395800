/** The error for an embedded mongod that cannot be used. */
import { Explained } from '../startup/explained.ts';

/** The embedded mongod does not start; the message says why. */
export class MongodFailed extends Explained {
  override readonly name = 'MongodFailed';
}
