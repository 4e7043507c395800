/**
 * The minimum work of a service that parses whole bodies: prints the milliseconds of `JSON.parse(readFileSync(file))`,
 * or why it fails.
 */
import { readFileSync } from 'node:fs';

const start = performance.now();
try {
  JSON.parse(readFileSync(process.argv[2]));
  console.log(performance.now() - start);
} catch (error) {
  console.log(error.message);
}
