const { availableParallelism } = require('node:os');

module.exports = {
  'node-option': ['import=tsx'],
  require: ['./test/support/mongo.ts'],
  extension: ['test.ts'],
  recursive: true,
  ignore: ['test/browser/**', 'test/faults/**'],
  // For a machine with other work; the slowest test takes some seconds.
  timeout: 60_000,
  // Each process has a mongod of its own, so that more than a few are of no use.
  parallel: true,
  jobs: Math.min(Math.max(2, availableParallelism()), 4),
};
