/** Prints the failures of the counts in a folder, and their sum; fails when a test failed, or when no test ran. */
const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

const folder = process.argv[2];
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(folder)) {
  const { failures, ...counts } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  for (const failure of failures) console.log(`${path.basename(file, '.json')}: ${failure}\n`);
  for (const key of Object.keys(sum)) sum[key] += counts[key];
}
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
