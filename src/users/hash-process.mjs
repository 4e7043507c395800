/**
 * A process that does nothing but hash passwords, at a low claim on the processor: whoever logs in waits a little longer where everything is busy,
 * and nobody else waits for them. It is plain JavaScript, so that it starts in the same way before and after the build.
 */
import { hashSync, verifySync } from '@node-rs/argon2';

process.on('message', ({ password, cost, passwordHash }) => {
  try {
    process.send?.({ result: passwordHash === undefined ? hashSync(password, cost) : verifySync(passwordHash, password) });
  } catch (error) {
    process.send?.({ error });
  }
});

// It ends with the service, which ends in order when it is asked to.
process.on('disconnect', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
