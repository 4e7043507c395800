/** Mocha's `spec` reporter, which also writes counts and failures of the run to the file named by TEST_COUNTS. */
const { writeFileSync } = require('node:fs');
const { inspect } = require('node:util');
const { reporters } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    // Mocha shows only the message of an error, which may be empty.
    runner.on('fail', (test, error) => failures.push(`${test.fullTitle()}\n${inspect(error, { depth: 4 })}`));
    runner.once('end', () => {
      const { passes, failures: failed, pending } = runner.stats;
      const counts = { passed: passes, failed, skipped: pending, failures };
      writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
    });
  }
};
