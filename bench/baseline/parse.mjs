/** The least that a service which parses whole bodies does: prints the milliseconds of `JSON.parse(readFileSync(file))`, or why it cannot. */
import { readFileSync } from 'node:fs';

const start = performance.now();
try {
  JSON.parse(readFileSync(process.argv[2]));
  console.log(performance.now() - start);
} catch (error) {
  console.log(error.message);
}
