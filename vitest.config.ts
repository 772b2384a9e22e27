import { defineConfig } from 'vitest/config';

const support = ['test/support/**', 'test/fakes/**', 'test/lab/**', 'test/fixtures/**'];

// Whatever is waited for has ten seconds, and a test thirty: a machine that is busy shall not fail one that is right.
const patient = {
  setupFiles: ['test/support/patience.ts'],
  expect: { poll: { timeout: 10_000 } },
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...patient,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...support, 'test/wire/**', 'test/e2e/**'],
          environment: 'node',
        },
      },
      {
        test: {
          ...patient,
          name: 'wire',
          include: ['test/wire/**/*.test.ts'],
          // They wait more than they work: for keys typed at a person's speed, for timers, for servers that answer late.
          maxWorkers: 4,
        },
      },
      {
        test: {
          ...patient,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // An emulated server has one processor, and waits as well: two labs are what two cores can bear.
          maxWorkers: 2,
        },
      },
    ],
  },
});
