// @ts-check
/**
 * A thread that does nothing but hash passwords, at the lowest claim on the processor: whoever logs in waits a little longer where everything is
 * busy, and nobody else waits for them. It is plain JavaScript, which a thread loads as it is both before and after the build.
 */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';

/** Of nice(2): about a tenth of a thread's share of a busy processor. */
const NICE = 10;

// On Linux the priority is that of a thread; elsewhere it would be that of the whole process.
if (process.platform === 'linux') {
  try {
    setPriority(NICE);
  } catch {
    // A sandbox may forbid it: log-ins are then as dear to others as they were.
  }
}

parentPort?.on('message', (/** @type {import('./hash-threads.ts').Job} */ { password, cost, passwordHash }) => {
  try {
    parentPort?.postMessage({ result: passwordHash === undefined ? hashSync(password, cost) : verifySync(passwordHash, password) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
